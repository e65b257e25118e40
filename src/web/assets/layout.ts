// Corrects a layout by clicking: a click on a column makes it what is chosen above the table, a click on a row's number makes it the header. The selects do the same by keyboard.

const ONCE = ["question", "answer", "option", "id"];

/** Shows what a column is for in all of its cells. */
function colour(select: HTMLSelectElement): void {
  const head = select.closest("th");
  const table = select.closest("table");
  if (!head || !table) return;
  const at = [...(head.parentElement?.children ?? [])].indexOf(head);
  head.dataset["role"] = select.value;
  for (const row of table.tBodies[0]?.rows ?? []) {
    const cell = row.children[at] as HTMLElement | undefined;
    if (cell) cell.dataset["role"] = select.value;
  }
}

function choose(select: HTMLSelectElement, role: string): void {
  select.value = role;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

/** One choice above each table: what the next click makes of a column. */
function palette(table: HTMLTableElement, number: number): () => string {
  const options = table.querySelector("select")?.options;
  const box = document.createElement("fieldset");
  box.className = "palette";
  const legend = document.createElement("legend");
  legend.className = "small soft";
  legend.textContent = "Click a column to make it:";
  box.append(legend);
  for (const option of options ?? []) {
    const label = document.createElement("label");
    const radio = document.createElement("input");
    radio.type = "radio";
    radio.name = `palette-${number}`;
    radio.value = option.value;
    radio.checked = option.value === "question";
    // A choice of the tool, not of the layout.
    radio.addEventListener("change", (event) => event.stopPropagation());
    label.append(radio, option.text);
    label.dataset["role"] = option.value;
    box.append(label);
  }
  table.closest(".table-box")?.before(box);
  return () => box.querySelector<HTMLInputElement>("input:checked")?.value ?? "";
}

/** Makes the tables of the page ones that can be clicked. */
function clickable(): void {
  for (const [number, table] of [...document.querySelectorAll<HTMLTableElement>("table.cells")].entries()) {
    if (table.dataset["ready"] !== undefined) continue;
    table.dataset["ready"] = "";
    const chosen = palette(table, number);
    const selects = [...table.querySelectorAll("select")];
    table.addEventListener("change", (event) => {
      const select = event.target as HTMLSelectElement;
      if (ONCE.includes(select.value)) {
        for (const other of selects) {
          if (other === select || other.value !== select.value) continue;
          other.value = "";
          colour(other);
        }
      }
      colour(select);
      // Whoever says what a column is for does not mean to leave the sheet out.
      const skip = table.closest("details")?.querySelector<HTMLInputElement>('input[name^="skip."]');
      if (skip && select.value) skip.checked = false;
    });
    table.addEventListener("click", (event) => {
      const target = event.target as HTMLElement;
      if (target.closest("select, label")) return;
      const row = target.closest<HTMLElement>("th[data-row]");
      if (row) {
        const field = table.closest(".table-said")?.querySelector<HTMLInputElement>("[data-head]");
        if (!field) return;
        field.value = row.dataset["row"] ?? "";
        for (const one of table.tBodies[0]?.rows ?? []) one.classList.toggle("header-row", one === row.parentElement);
        field.dispatchEvent(new Event("change", { bubbles: true }));
        return;
      }
      const cell = target.closest("td, th");
      const at = cell ? [...(cell.parentElement?.children ?? [])].indexOf(cell) - 1 : -1;
      const select = selects[at];
      if (select) choose(select, select.value === chosen() ? "" : chosen());
    });
  }
}

clickable();
// What was saved is answered in place of the page, with new tables.
document.addEventListener("htmx:afterSwap", clickable);
