#include "playbook_texts.h"

// The documents are compiled into the binary, so that it needs no files beside it. #embed is C23; clang has it as an
// extension in every language mode, and records the files as what this one depends on.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"

// The 0 at the end keeps an array from being empty when its file is.
static const unsigned char wiretuner[] = {
#embed "texts/wiretuner.playbook.yaml" suffix(, )
    0};
static const unsigned char workflow[] = {
#embed "texts/workflow.playbook.yaml" suffix(, )
    0};
static const unsigned char sre[] = {
#embed "texts/sre.playbook.yaml" suffix(, )
    0};
static const unsigned char pipeline_guard[] = {
#embed "texts/pipeline-guard.playbook.yaml" suffix(, )
    0};
static const unsigned char autolytiq[] = {
#embed "texts/autolytiq.playbook.yaml" suffix(, )
    0};
static const unsigned char starter[] = {
#embed "texts/starter.playbook.yaml" suffix(, )
    0};

#pragma clang diagnostic pop

static const tocsin_playbook_text texts[] = {
    {"wiretuner", wiretuner, sizeof wiretuner - 1},
    {"workflow", workflow, sizeof workflow - 1},
    {"sre", sre, sizeof sre - 1},
    {"pipeline-guard", pipeline_guard, sizeof pipeline_guard - 1},
    {"autolytiq", autolytiq, sizeof autolytiq - 1},
    {"starter", starter, sizeof starter - 1},
};

size_t tocsin_playbook_text_count(void) { return sizeof texts / sizeof texts[0]; }

tocsin_playbook_text tocsin_playbook_text_at(size_t index) {
    if (index < tocsin_playbook_text_count()) return texts[index];
    return (tocsin_playbook_text){"", (const unsigned char *)"", 0};
}
