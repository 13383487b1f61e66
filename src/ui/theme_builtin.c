#include "theme_builtin.h"

#include <stddef.h>
#include <string.h>

/* clang-format off */
static const char dark[] =
    "text     = #d0d0d0\n"
    "muted    = #8a8a8a\n"
    "strong   = #eeeeee bold\n"
    "border   = #4e4e4e\n"
    "heading  = #87afd7\n"
    "badge    = #1c1c1c on #87afd7 bold\n"
    "demo     = #1c1c1c on #d7af5f bold\n"
    "bid      = #87af87\n"
    "ask      = #d78787\n"
    "best-bid = #87d787 bold\n"
    "best-ask = #ff8787 bold\n"
    "bid-bar  = #5f875f\n"
    "ask-bar  = #875f5f\n"
    "mid      = #d7af5f\n"
    "good     = #87d787\n"
    "warning  = #d7af5f\n"
    "bad      = #ff5f5f\n"
    "key      = #87afd7\n"
    "cursor   = default on #303030\n";

static const char light[] =
    "text     = #303030\n"
    "muted    = #767676\n"
    "strong   = #121212 bold\n"
    "border   = #bcbcbc\n"
    "heading  = #005f87\n"
    "badge    = #ffffff on #005f87 bold\n"
    "demo     = #ffffff on #af5f00 bold\n"
    "bid      = #00875f\n"
    "ask      = #af5f5f\n"
    "best-bid = #005f00 bold\n"
    "best-ask = #af0000 bold\n"
    "bid-bar  = #afd7af\n"
    "ask-bar  = #d7afaf\n"
    "mid      = #875f00\n"
    "good     = #005f00\n"
    "warning  = #875f00\n"
    "bad      = #af0000\n"
    "key      = #005f87\n"
    "cursor   = default on #e4e4e4\n";

static const char mono[] =
    "text     = default\n"
    "muted    = dim\n"
    "strong   = bold\n"
    "border   = dim\n"
    "heading  = bold\n"
    "badge    = bold reverse\n"
    "demo     = bold reverse\n"
    "bid      = default\n"
    "ask      = default\n"
    "best-bid = bold\n"
    "best-ask = bold\n"
    "bid-bar  = dim\n"
    "ask-bar  = dim\n"
    "mid      = bold\n"
    "good     = default\n"
    "warning  = bold\n"
    "bad      = bold\n"
    "key      = bold\n"
    "cursor   = reverse\n";
/* clang-format on */

static const struct {
    const char *name, *source;
} themes[] = {
    {"dark", dark},
    {"light", light},
    {"mono", mono},
};

const char *theme_builtin_source(const char *name)
{
    for (size_t i = 0; i < sizeof themes / sizeof *themes; i++) {
        if (strcmp(name, themes[i].name) == 0) return themes[i].source;
    }
    return NULL;
}
