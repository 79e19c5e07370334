#!/usr/bin/env python3
"""Makes boards.svg, the picture in the README: the boards that `longhu demo` shows after a few seconds.

It runs the demo with a fixed seed, takes the last two boards and the last line of figures that it prints, and draws them.
Nothing but Python's standard library is needed:

    python3 deploy/docs/make-boards-picture.py                  # with `longhu` from PATH
    python3 deploy/docs/make-boards-picture.py target/release/longhu
"""

import re
import subprocess
import sys
from html import escape
from pathlib import Path

PICTURE = Path(__file__).with_name("boards.svg")
SECONDS, SEED = 14, 8
ROWS_MAX = 10
WIDTH, MARGIN, GAP, ROW, HEAD = 1000, 24, 28, 30, 112
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', monospace"
COLOURS = {
    "ground": "#10151f", "bar": "#22304a", "first": "#3a2f14", "line": "#2b3446", "text": "#e6ebf4", "faint": "#8b97ab",
    "gold": "#f2c14e", "up": "#ef7a75", "down": "#6fd08c",  # what rises is red, as on every board in China
}


def run_demo(longhu):
    """What the demo printed while it ran."""
    command = [longhu, "demo", "--for", f"{SECONDS}s", "--seed", str(SEED)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stderr


def read_boards(text):
    """The last board of each title: its title, its rows, and its last line."""
    boards, title, rows = {}, None, []
    for line in text.splitlines():
        row = re.match(r"\s+(\d+)\s+(=|[↑↓]\d+|new|\S)\s+(\S+)\s+(\S+)\s+([\d,.\-]+)$", line)
        end = re.match(r"\s+([\d,]+) rows\s+digest (\S+) at (\S+)", line)
        if row and title:
            rows.append(row.groups())
        elif end and title:
            boards[title] = (rows[:ROWS_MAX], end.groups())
            title = None
        elif re.match(r"\s+\S.* · \S+$", line):
            title, rows = line.strip(), []
    return list(boards.items())


def read_status(text):
    """The last line of figures, by name."""
    lines = [line for line in text.splitlines() if re.match(r"\d\d:\d\d \d{4}-", line)]
    words = lines[-1].split()

    def after(name):
        return words[words.index(name) + 1]

    return {
        "day": words[1], "sent": f"{int(after('sent').removesuffix('/s')):,}",
        "accepted": f"{int(after('accepted')):,}", "late": f"{int(after('late')):,}", "twice": f"{int(after('absorbed')):,}",
    }


def text(x, y, content, colour="text", size=15, anchor="start", weight="normal"):
    return (
        f'<text x="{x}" y="{y}" fill="{COLOURS[colour]}" font-size="{size}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(content)}</text>'
    )


def draw_board(left, width, title, rows, end):
    """One board as SVG elements."""
    names, board = title.rsplit(" · ", 1)
    chinese, english = re.match(r"(.*?)\s+([A-Za-z].*)", names).groups()
    top = float(rows[0][4].replace(",", ""))
    out = [
        text(left, HEAD - 34, chinese, "gold", 17, weight="bold"),
        text(left, HEAD - 13, f"{english} · {board} board", "faint", 13),
    ]
    for at, (rank, move, name, participant, points) in enumerate(rows):
        y = HEAD + at * ROW
        share = max(0.02, float(points.replace(",", "")) / top)
        colour = "first" if rank == "1" else "bar"
        out.append(f'<rect x="{left}" y="{y + 3}" width="{width * share:.0f}" height="{ROW - 6}" rx="3" fill="{COLOURS[colour]}"/>')
        base = y + ROW - 10
        out.append(text(left + 30, base, rank, "gold" if int(rank) <= 3 else "text", anchor="end", weight="bold"))
        moved = {"↑": "up", "↓": "down"}.get(move[0], "faint")
        out.append(text(left + 42, base, move if move != "=" else "–", moved, 13))
        out.append(text(left + 84, base, name))
        out.append(text(left + 204, base, participant, "faint", 13))
        out.append(text(left + width - 8, base, points, anchor="end"))
    foot = f"{end[0]} rows · digest {end[1]} · position {end[2]}"
    out.append(text(left, HEAD + len(rows) * ROW + 22, foot, "faint", 12))
    return out


def draw(boards, status):
    """The whole picture."""
    height = HEAD + max(len(rows) for _, (rows, _) in boards) * ROW + 78
    width = (WIDTH - 2 * MARGIN - GAP) // 2
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="{FONT}" role="img" aria-label="Two boards of the demo: branches by points, employees by wealth sold">',
        f'<rect width="{WIDTH}" height="{height}" rx="10" fill="{COLOURS["ground"]}"/>',
        text(MARGIN, 38, "龙虎榜 Longhu", "text", 20, weight="bold"),
        text(WIDTH - MARGIN, 38, f"longhu demo · business day {status['day']}", "faint", 13, "end"),
        f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="54" y2="54" stroke="{COLOURS["line"]}"/>',
    ]
    for at, (title, (rows, end)) in enumerate(boards[:2]):
        out += draw_board(MARGIN + at * (width + GAP), width, title, rows, end)
    line = (
        f"{status['accepted']} events, {status['sent']} a second, each on disk before it was answered · "
        f"{status['late']} came late, {status['twice']} came twice and counted once"
    )
    out.append(f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{height - 40}" y2="{height - 40}" stroke="{COLOURS["line"]}"/>')
    out.append(text(MARGIN, height - 16, line, "faint", 12))
    return "\n".join([*out, "</svg>", ""])


def main():
    said = run_demo(sys.argv[1] if len(sys.argv) > 1 else "longhu")
    PICTURE.write_text(draw(read_boards(said), read_status(said)), encoding="utf-8")
    print(f"{PICTURE} written")


if __name__ == "__main__":
    main()
