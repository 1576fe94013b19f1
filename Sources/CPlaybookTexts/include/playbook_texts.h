#ifndef TOCSIN_PLAYBOOK_TEXTS_H
#define TOCSIN_PLAYBOOK_TEXTS_H

#include <stddef.h>

/// The text of one built-in playbook, as it stands in its file.
typedef struct {
    /// The id of the playbook: the name of the file without its endings.
    const char *_Nonnull name;
    /// UTF-8, without a terminating zero.
    const unsigned char *_Nonnull bytes;
    size_t length;
} tocsin_playbook_text;

/// How many there are.
size_t tocsin_playbook_text_count(void);

/// The text at that place, from 0; the empty text with an empty name past the last one. The memory is never freed.
tocsin_playbook_text tocsin_playbook_text_at(size_t index);

#endif
