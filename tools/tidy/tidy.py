#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What style asks for beside format and walls. Fails on banned words, on what may not stand inside a co_await, on a
Markdown file without exactly one title, on headers and statements that nobody uses. Lists the largest functions and
files without failing on them. usage: tidy.py [--largest N] [ROOT]"""
import argparse
import pathlib
import re
import sys

# A pattern, what to use instead, and the files in which it is what it replaces.
BANNED = (
    (r"\bstd::(cout|cerr)\b", "the log, or print of a command of app/", ()),
    (r"\bsystem_clock::now\b", "a Clock that comes in by the constructor", ("src/base/time.cc",)),
    (r"\b(rand|srand|random_device)\b\s*[({]", "a Random that comes in by the constructor",
     ("src/sql/postgres_writer.cc",)),  # how long two that collided wait
    (r"\bstrto(k|l|d)\b\s*\(|\bato[ifl]\s*\(", "std::from_chars", ("src/base/fault.cc",)),
    (r"\b(sprintf|strcpy|strcat|gets)\s*\(", "std::string, or fmt", ()),
    (r"\busing namespace std;", "the names, spelled out", ()),
    (r"\bnew [A-Z]\w*(Manager|Helper|Util)\b", "a name that says what it does", ()),
    (r"\b(TODO|FIXME|XXX|HACK)\b", "the thing itself, done", ()),
    (r"\bdefault:(?!.*// any: )", "every case of the enum; `default: // any: why` where the values are open-ended", ()),
)
# A statement has a file of its own: but for the driver's, and one that asks what the engine can do.
SQL_PLACES = ("src/sql/", "src/app/distribute.cc")
SQL_TEXT = re.compile(r'"(select|insert into|update|delete from) [a-z_*$0-9]', re.I)
CODE = (".cc", ".hh")


def without_comments_and_texts(code):
    """The same places, with comments and literals blanked: what is left is code."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S)
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), code)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def is_test(path):
    return path.name.endswith("_test.cc") or path.name in ("testing.hh", "sample.hh") or "tests" in path.parts


def banned_words(where, text):
    faults = []
    code = without_comments_and_texts(text)
    for pattern, instead, but in BANNED:
        if where.as_posix() in but:
            continue
        # What a comment may say, a comment may not leave undone.
        searched = text if "TODO" in pattern or "default" in pattern else code
        for found in re.finditer(pattern, searched):
            if "default" in pattern and not code[found.start():found.end()].strip():
                continue
            following = text.splitlines()[line_of(text, found.start()) - 1:][:2]
            if "default" in pattern and any("// any: " in line for line in following):
                continue
            faults.append(f"{where}:{line_of(text, found.start())}: {found.group().strip()} is banned; use {instead}")
    return faults


def awaits(code):
    """Each co_await's expression, to the end of its statement or the parenthesis around it."""
    for found in re.finditer(r"\bco_await\b", code):
        depth = 0
        for end in range(found.end(), len(code)):
            if code[end] in "([{":
                depth += 1
            elif code[end] in ")]}":
                depth -= 1
            if depth < 0 or (depth == 0 and code[end] in ";,"):
                break
        yield found.start(), code[found.end():end]


def coroutine_faults(where, text):
    """GCC 12 destroys twice what a co_await expression builds in braces or captures by value (CONTRIBUTING.md)."""
    faults = []
    for at, expression in awaits(without_comments_and_texts(text)):
        if "{" in expression or re.search(r"[(,=]\s*\[[^\]]*\]\s*[({]", expression):
            faults.append(f"{where}:{line_of(text, at)}: nothing braced or capturing inside a co_await; name it first")
    return faults


def sql_faults(where, text):
    if is_test(where) or where.parts[0] != "src" or where.as_posix().startswith(SQL_PLACES):
        return []
    return [f"{where}:{line_of(text, found.start())}: a statement belongs in sql/<function>.sql"
            for found in SQL_TEXT.finditer(text)]


def markdown_faults(where, text):
    outside = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    titles = len(re.findall(r"^# ", outside, re.M))
    return [] if titles == 1 else [f"{where}: {titles} lines begin with a single #; a file has one title"]


def dead_files(root, codes):
    faults = []
    included = {target for text in codes.values() for target in re.findall(r'#include "([^"]+)"', text)}
    for path in codes:
        if path.suffix == ".hh" and path.parts[0] == "src" and path.relative_to("src").as_posix() not in included:
            faults.append(f"{path}: no file includes this header")
    used = {name for text in codes.values() for name in re.findall(r"statements::(\w+)", text)}
    for path in sorted((root / "src").rglob("sql/*.sql")):
        if path.stem not in used:
            faults.append(f"{path.relative_to(root)}: no function runs this statement")
    return faults


def functions(code):
    """(lines, line, name) of every function's body: a name, parentheses, perhaps some words, a brace."""
    code = without_comments_and_texts(code)
    head = re.compile(r"([\w:~]+)\s*\([^;{}]*\)\s*(?:const|noexcept|override|final|\s)*(?:->[^;{}]+)?(?::[^;{}]*(?:\{[^{}]*\}[^;{}]*)*)?\{")
    at = 0
    while found := head.search(code, at):
        at = found.end()
        if found.group(1) in ("if", "for", "while", "switch", "catch"):
            continue
        depth, end = 1, found.end()
        while depth and end < len(code):
            depth += {"{": 1, "}": -1}.get(code[end], 0)
            end += 1
        yield code.count("\n", found.end(), end), line_of(code, found.start()), found.group(1)
        at = end


def read_codes(root):
    folders = [folder for folder in ("src", "tests", "fuzz", "bench") if (root / folder).is_dir()]
    return {path.relative_to(root): path.read_text() for folder in folders
            for path in sorted((root / folder).rglob("*")) if path.suffix in CODE}


def check(root):
    codes = read_codes(root)
    faults = dead_files(root, codes)
    for where, text in codes.items():
        faults += coroutine_faults(where, text) + sql_faults(where, text)
        if where.parts[0] == "src" and not is_test(where):
            faults += banned_words(where, text)
    for path in sorted(root.rglob("*.md")):
        where = path.relative_to(root)
        if not {"node_modules", "third_party", "build", "data", ".git"} & set(where.parts) and where.parts[0] != "policy":
            faults += markdown_faults(where, path.read_text())
    return faults


def largest(root, count):
    codes = {where: text for where, text in read_codes(root).items() if where.parts[0] == "src"}
    bodies = sorted(((lines, where, line, name) for where, text in codes.items() for lines, line, name in functions(text)),
                    key=lambda body: -body[0])
    print("largest functions")
    for lines, where, line, name in bodies[:count]:
        print(f"  {lines:4} {name}  {where}:{line}")
    print("largest files")
    for lines, where in sorted(((text.count(chr(10)), where) for where, text in codes.items()), reverse=True)[:count]:
        print(f"  {lines:4} {where}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--largest", type=int, default=5)
    arguments.add_argument("root", nargs="?", default=".")
    asked = arguments.parse_args()
    root = pathlib.Path(asked.root).resolve()
    faults = check(root)
    largest(root, asked.largest)
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults of style")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
