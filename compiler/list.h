// list.h: growing arrays in an arena.
//
// LIST(T) is a struct { T *items; size_t count, room; }; LIST_ADD appends one item. Items live as
// long as the arena. A list that is all zero is empty. Pointers into items move when the list
// grows.
#ifndef LIST_H
#define LIST_H

#include "arena.h"

#define LIST(type)                                                                                 \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count, room;                                                                        \
    }

#define LIST_ADD(arena, list, item)                                                                \
    do {                                                                                           \
        if ((list)->count == (list)->room) {                                                       \
            size_t room_ = (list)->room ? (list)->room * 2 : 4;                                    \
            (list)->items = arena_grow((arena), (list)->items,                                     \
                                       (list)->room * sizeof *(list)->items,                       \
                                       room_ * sizeof *(list)->items);                             \
            (list)->room = room_;                                                                  \
        }                                                                                          \
        (list)->items[(list)->count++] = (item);                                                   \
    } while (0)

#endif
