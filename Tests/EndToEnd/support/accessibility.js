// What a page must fulfil for everybody to be able to use it. Returns sentences; an empty list is good.
() => {
    const faults = [];
    const visible = (element) => {
        if (!element.checkVisibility || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
        const box = element.getBoundingClientRect();
        return box.width > 1 && box.height > 1;
    };
    const name = (element) => {
        const labelled = (element.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean)
            .map((id) => document.getElementById(id)?.textContent || "").join(" ");
        const labels = element.labels ? [...element.labels].map((label) => label.textContent).join(" ") : "";
        return (element.getAttribute("aria-label") || labelled || labels || element.textContent
            || element.getAttribute("title") || element.getAttribute("alt") || "").trim();
    };
    const show = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 120);

    if (!document.documentElement.lang) faults.push("the page does not say its language");
    if (!document.title.trim()) faults.push("the page has no title");
    if (document.querySelectorAll("main").length !== 1) faults.push("the page has not exactly one main landmark");

    const headings = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].filter(visible);
    if (headings.filter((heading) => heading.tagName === "H1").length !== 1) faults.push("the page has not exactly one h1");
    let level = 0;
    for (const heading of headings) {
        const next = Number(heading.tagName[1]);
        if (next > level + 1) faults.push(`a heading skips a level: ${show(heading)}`);
        level = next;
    }

    const seen = new Set();
    for (const element of document.querySelectorAll("[id]")) {
        if (seen.has(element.id)) faults.push(`an id stands twice: ${element.id}`);
        seen.add(element.id);
    }

    for (const control of document.querySelectorAll("input:not([type=hidden]),select,textarea")) {
        if (!control.labels?.length && !control.getAttribute("aria-label") && !control.getAttribute("aria-labelledby"))
            faults.push(`a control has no label: ${show(control)}`);
    }
    for (const element of document.querySelectorAll("a[href],button,summary")) {
        if (visible(element) && !name(element)) faults.push(`nothing says what this does: ${show(element)}`);
    }
    for (const image of document.querySelectorAll("img:not([alt])")) faults.push(`a picture without a text: ${show(image)}`);
    for (const picture of document.querySelectorAll("svg")) {
        if (picture.getAttribute("aria-hidden") !== "true" && !picture.querySelector("title") && !picture.getAttribute("aria-label"))
            faults.push(`a drawing that is neither hidden nor named: ${show(picture)}`);
    }
    for (const element of document.querySelectorAll("[style],[onclick],[onload],[onerror]"))
        faults.push(`an inline style or handler: ${show(element)}`);
    for (const table of document.querySelectorAll("table")) {
        if (!table.querySelector("th")) faults.push(`a table without headings: ${show(table)}`);
    }

    // Buttons must be hit with a thumb: 24 by 24 CSS pixels at least (WCAG 2.2, 2.5.8).
    for (const button of document.querySelectorAll("button,select,input:not([type=hidden]):not([type=checkbox]):not([type=radio])")) {
        if (!visible(button)) continue;
        const box = button.getBoundingClientRect();
        if (box.height < 24 || box.width < 24) faults.push(`too small to hit (${box.width} by ${box.height}): ${show(button)}`);
    }

    // Contrast of text with what is behind it (WCAG 1.4.3). A canvas turns any CSS colour into numbers.
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    const numbers = (colour) => {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
        return [red, green, blue, alpha / 255];
    };
    const over = (top, bottom) => [0, 1, 2].map((part) => top[part] * top[3] + bottom[part] * (1 - top[3])).concat(1);
    const luminance = (colour) => {
        const [red, green, blue] = colour.slice(0, 3).map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element) => {
        const layers = [];
        for (let each = element; each; each = each.parentElement) {
            const style = getComputedStyle(each);
            if (style.backgroundImage !== "none") return null;
            const colour = numbers(style.backgroundColor);
            if (colour[3] > 0) layers.push(colour);
            if (colour[3] === 1) break;
        }
        const canvasColour = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
        return layers.reverse().reduce((below, layer) => over(layer, below), canvasColour);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const reported = new Set();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!node.textContent.trim()) continue;
        const element = node.parentElement;
        if (!element || ["SCRIPT", "STYLE", "NOSCRIPT", "OPTION"].includes(element.tagName) || !visible(element)) continue;
        if (element.closest("svg") || element.closest("[disabled]")) continue;
        const style = getComputedStyle(element);
        const below = behind(element);
        if (!below) continue;
        const above = over(numbers(style.color), below);
        const [light, dark] = [luminance(above), luminance(below)].sort((a, b) => b - a);
        const ratio = (light + 0.05) / (dark + 0.05);
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const needed = isLarge ? 3 : 4.5;
        const key = `${style.color} ${below}`;
        if (ratio < needed - 0.01 && !reported.has(key)) {
            reported.add(key);
            faults.push(`contrast ${ratio.toFixed(2)} of ${style.color} on rgb(${below.slice(0, 3).map(Math.round)}): ${show(element)}`);
        }
    }
    return faults;
}
