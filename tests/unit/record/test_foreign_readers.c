/* Recordings read by programs that are not ours: zstdcat and jq, Python, sha256sum. Where one is missing its test is
 * skipped, and says so. */
#include <sys/wait.h>

#include "recordings.h"

static char compressed[100], plain[100];

static int setup(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct plan plan = {.compressed = i == 0, .records = 300, .payload = 100, .block_bytes = 4096, .round = 50};
        struct image image = make_image(&plan);
        char *path = i == 0 ? compressed : plain;
        temporary_path(path, sizeof compressed, i == 0 ? ".obr.zst" : ".obr");
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(image.bytes, 1, image.length, file), image.length);
        fclose(file);
        free(image.bytes);
    }
    setenv("COMPRESSED", compressed, 1);
    setenv("PLAIN", plain, 1);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(compressed);
    unlink(plain);
    return 0;
}

/* True if all these programs are there. */
static bool have(const char *const *programs)
{
    for (; *programs; programs++) {
        char command[200];
        snprintf(command, sizeof command, "command -v %s >/dev/null", *programs);
        if (system(command) == 0) continue; /* NOLINT: a test's own command */
        print_message("skipped: %s is missing\n", *programs);
        return false;
    }
    return true;
}

static void run(const char *script)
{
    int status = system(script); /* NOLINT: a test's own command */
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail_msg("it failed: %s", script);
}

static void test_zstdcat_and_jq(void **state)
{
    (void)state;
    static const char *const needed[] = {"zstdcat", "jq", "cmp", NULL};
    if (!have(needed)) skip();
    /* 300 records, header and end; 18 of them of rounds, 6 marks; payloads as JSON. */
    run("set -e; zstdcat \"$COMPRESSED\" | cmp - \"$PLAIN\"; "
        "test \"$(zstdcat \"$COMPRESSED\" | jq -c 'select(.k != \"chk\")' | wc -l)\" = 302; "
        "test \"$(zstdcat \"$COMPRESSED\" | jq -r 'select(.k == \"rx\") | .d.event_type' | sort | uniq -c | tr -s ' "
        "')\" = ' 276 book'; "
        "test \"$(zstdcat \"$COMPRESSED\" | tail -n 1 | jq -r .k)\" = chk; "
        "test \"$(zstdcat \"$COMPRESSED\" | jq -s 'map(select(.k == \"chk\") | .n) | add')\" = 301");
}

static void test_python(void **state)
{
    (void)state;
    static const char *const needed[] = {"zstd", "python3", NULL};
    if (!have(needed)) skip();
    run("python3 - <<'PYTHON'\n"
        "import hashlib, json, os, struct, subprocess\n"
        "stored = open(os.environ['COMPRESSED'], 'rb').read()\n"
        "text = subprocess.run(['zstd', '-dcq', os.environ['COMPRESSED']], check=True, stdout=subprocess.PIPE).stdout\n"
        "lines = text.splitlines(keepends=True)\n"
        "records = [json.loads(line) for line in lines]\n"
        "assert records[0]['k'] == 'hdr' and records[-2]['k'] == 'end' and records[-1]['k'] == 'chk'\n"
        "assert [r['m'] for r in records if r['k'] == 'rx'] == sorted(r['m'] for r in records if r['k'] == 'rx')\n"
        "blocks, block = [lines[0]], b''\n"
        "for line in lines[1:]:\n"
        "    block += line\n"
        "    if json.loads(line)['k'] == 'chk': blocks.append(block); block = b''\n"
        "assert block == b''\n"
        "# the seek table, by its specification\n"
        "frames, descriptor, magic = struct.unpack('<IBI', stored[-9:])\n"
        "assert magic == 0x8F92EAB1 and descriptor == 0x80 and frames == len(blocks) + 1\n"
        "size = 8 + frames * 12 + 9\n"
        "table = stored[-size:]\n"
        "assert struct.unpack('<II', table[:8]) == (0x184D2A5E, size - 8)\n"
        "rows = [struct.unpack('<III', table[8 + 12 * i:20 + 12 * i]) for i in range(frames)]\n"
        "assert sum(row[0] for row in rows) + size == len(stored) and rows[-1][1:] == (0, 0x51d8e999)\n"
        "# the index of time\n"
        "index = stored[-size - rows[-1][0]:-size]\n"
        "assert struct.unpack('<II', index[:8]) == (0x184D2A50, 48 * len(blocks))\n"
        "offset = begin = 0\n"
        "for i, block in enumerate(blocks):\n"
        "    entry = struct.unpack('<QQqqII8s', index[8 + 48 * i:56 + 48 * i])\n"
        "    frame = stored[offset:offset + rows[i][0]]\n"
        "    assert frame[:4] == b'\\x28\\xb5\\x2f\\xfd' and struct.unpack('<I', frame[-4:])[0] == rows[i][2]\n"
        "    assert subprocess.run(['zstd', '-dcq'], input=frame, check=True, stdout=subprocess.PIPE).stdout == block\n"
        "    first = json.loads(block.splitlines()[0])\n"
        "    inside = [json.loads(line) for line in block.splitlines()]\n"
        "    rounds = any(r['k'] == 'key' and not r.get('done') for r in inside)\n"
        "    wanted = (offset, begin, first['m'], first['t'], len(inside) - 1, rounds, "
        "hashlib.sha256(frame).digest()[:8])\n"
        "    assert entry == wanted, (i, entry, wanted)\n"
        "    offset += rows[i][0]; begin += rows[i][1]\n"
        "    assert rows[i][1] == len(block)\n"
        "PYTHON");
}

static void test_sha256sum(void **state)
{
    (void)state;
    static const char *const needed[] = {"bash", "sha256sum", "sed", NULL};
    if (!have(needed)) skip();
    run("bash -s <<'SHELL'\n"
        "set -eo pipefail\n"
        "chain=\n"
        "blocks=0\n"
        "block=\n"
        "link() { printf \"$(printf %s \"$chain\" | sed 's/../\\\\x&/g')\"; printf %s \"$block\"; }\n"
        "while IFS= read -r line; do\n"
        "    case $line in\n"
        "    '{\"k\":\"chk\"'*)\n"
        "        chain=$(link | sha256sum | cut -c 1-64)\n"
        "        [[ $line == *\"\\\"h\\\":\\\"$chain\\\"}\" ]] || { echo \"block $blocks: $line\"; exit 1; }\n"
        "        block= ;;\n"
        "    *)\n"
        "        block+=$line$'\\n'\n"
        "        [ -n \"$chain\" ] || { chain=$(printf %s \"$block\" | sha256sum | cut -c 1-64); block=; } ;;\n"
        "    esac\n"
        "    case $line in '{\"k\":\"chk\"'*) blocks=$((blocks + 1)) ;; esac\n"
        "done <\"$PLAIN\"\n"
        "[ $blocks -gt 8 ] && [ -z \"$block\" ]\n"
        "SHELL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zstdcat_and_jq),
        cmocka_unit_test(test_python),
        cmocka_unit_test(test_sha256sum),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
