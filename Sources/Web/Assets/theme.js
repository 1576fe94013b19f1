// Runs before anything is painted, so that a chosen theme does not flash.
{
  const root = document.documentElement;
  root.classList.add("js");
  let theme = null;
  try {
    theme = localStorage.getItem("theme");
  } catch {
    // Storage is refused in some private windows; the system's preference is used then.
  }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
}
