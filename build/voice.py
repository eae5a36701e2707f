#!/usr/bin/env python3
"""Prints how the project's pages speak, a row a page, the coldest first. A mirror: the exit code is always 0.

    python3 build/voice.py [--front] [PAGE or FOLDER ...]

Without names it reads all pages that git knows; --front reads those that a new reader meets first. Counted per 1,000
words of prose: who is addressed (you, we), examples, reasons (because, but, so that, if you), and words that stand for
a noun (it, one, those). Prose is what is left without code blocks, tables, headings, HTML, formulas and images; code in
a sentence is one word. CONTRIBUTING.md has the twelve rules behind the counts. Goals of a front page stand in the last
row; a page where four lines of ten are code needs half the examples and reasons, because its programs are examples.
"""
import pathlib
import re
import subprocess
import sys

FRONT = ["README.md"] + ["docs/" + name + ".md" for name in (
    "README install commands train answers clean-and-label java in-process serve exchange trouble prove studio extend "
    "photos check-photos production serving onnx replay extending book/README book/from-numpy").split()]
COUNTS = [("you", r"\b(you|your|yours|yourself|we|our|ours)\b"),
          ("example", r"\b(for example|for instance|such as)\b"),
          ("reason", r"\b(because|but|so that|if you|if your)\b"),
          ("it, one", r"\b(it|its|one|ones|those|these|others)\b")]
GOALS = ["at least 15", "at least 3", "at least 10", "at most 28"]


def prose(text):
    """The sentences of a page, and how many of its lines are code, of how many."""
    lines = [line for line in text.splitlines() if line.strip()]
    marks = [line.strip().startswith(("```", "~~~")) for line in lines]
    kept, code, inside = [], 0, False
    for line, mark in zip(lines, marks):
        code += mark or inside
        inside ^= mark
        # A table, a heading or a rule ends the paragraph before it, a list begins a new one.
        kept.append("\n" if mark or inside or re.match(r"\s*(\||#|---)", line)
                    else re.sub(r"^\s*(?:[-*+>]|\d+\.)\s+", "\n", line))
    words = " ".join(kept)
    for pattern, word in ((r"(?s)<!--.*?-->|<(picture|svg|style)\b.*?</\1>|\$\$.*?\$\$|!\[[^]]*\]\([^)]*\)|<[^>\n]*>", ""),
                          (r"`[^`]+`|\$[^$\n]+\$", "CODE"), (r"\[([^]]*)\](\([^)]*\))?", r"\1"), (r"\*\*", "")):
        words = re.sub(pattern, word, words)
    parts = re.split(r"\n|(?<=[.!?:])\s+(?=[A-Z\"(])", words)
    return [part for part in parts if len(part.split()) > 1], code, len(lines)


def measured(page):
    text = page.read_text(encoding="utf-8", errors="replace")
    sentences, code, lines = prose(text)
    joined = "\n".join(sentences)
    return [len(re.findall(pattern, joined, re.I)) for _, pattern in COUNTS] + [
        len(joined.split()), len(sentences), code, lines, len(text.split())]


def row(name, counts):
    *found, words, sentences, code, lines, all_words = counts
    cells = ["%.1f" % (1000 * count / max(words, 1)) for count in found]
    cells += ["%.1f" % (words / max(sentences, 1)), "%d %%" % (100 * code / max(lines, 1)), "%d" % words, "%d" % all_words]
    return "%-44s" % name[-44:] + "".join("%12s" % cell for cell in cells)


def main(arguments):
    names = [name for name in arguments if name != "--front"] or (FRONT if "--front" in arguments else [])
    if not names:
        names = subprocess.run(["git", "ls-files", "*.md"], capture_output=True, text=True, check=True).stdout.splitlines()
    pages = []
    for path in map(pathlib.Path, names):
        pages += sorted(path.rglob("*.md")) if path.is_dir() else [path] if path.exists() else []
    table = [(str(page), measured(page)) for page in pages]
    table.sort(key=lambda entry: entry[1][0] / max(entry[1][4], 1))
    print("%-44s" % "page" + "".join("%12s" % name for name in [c for c, _ in COUNTS] + ["sentence", "code", "prose", "words"]))
    for name, counts in table:
        print(row(name, counts))
    if table:
        print(row("%d pages" % len(table), [sum(column) for column in zip(*(counts for _, counts in table))]))
    print("%-44s" % "goal" + "".join("%12s" % goal for goal in GOALS))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, subprocess.CalledProcessError) as error:
        print("voice: %s" % error)
