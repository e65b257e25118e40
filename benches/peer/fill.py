#!/usr/bin/env python3
"""What a user would script instead: loads a workbook, writes cells, saves. Prints its CPU seconds and the most memory it had, in KiB.

  python3 fill.py WORKBOOK OUTPUT CELLS       CELLS: a line each of sheet, cell and text, with tabs between

Run by `cargo bench --bench peer`; needs openpyxl, see requirements.txt.
"""
import sys
import time

from openpyxl import load_workbook


def main(source: str, target: str, cells: str) -> None:
    book = load_workbook(source, keep_vba=source.endswith(".xlsm"))
    with open(cells, encoding="utf-8") as lines:
        for line in lines:
            sheet, cell, text = line.rstrip("\n").split("\t")
            book[sheet][cell] = text
    book.save(target)
    with open("/proc/self/status", encoding="utf-8") as status:
        memory = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    print(time.process_time(), memory)


if __name__ == "__main__":
    main(*sys.argv[1:])
