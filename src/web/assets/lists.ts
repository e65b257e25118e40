// Lists and forms by keyboard: "/" goes to the search, arrows walk through what was found; ids are added to a field; typed texts are not left by a slip.

/** Whether keys are somebody's text. */
function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** What was found, in its order. */
function hits(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-hits] a.title")];
}

function walk(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLInputElement>("[data-search]");
  if (!search || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !typing(event.target) && localStorage.getItem("answerbank-keys") !== "off") {
    event.preventDefault();
    search.focus();
    search.select();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const all = hits();
  const at = all.indexOf(document.activeElement as HTMLElement);
  const inSearch = document.activeElement === search;
  if (!all.length || (at < 0 && !inSearch)) return;
  event.preventDefault();
  if (event.key === "ArrowUp" && at <= 0) search.focus();
  else all[Math.min(all.length - 1, event.key === "ArrowDown" ? at + 1 : at - 1)]?.focus();
}

/** Puts an id at the end of a field that holds ids with commas between them. */
function add(event: Event): void {
  const button = (event.target as Element | null)?.closest<HTMLElement>("[data-adds]");
  const field = button && document.getElementById(button.dataset["to"] ?? "");
  if (!button || !(field instanceof HTMLInputElement)) return;
  const ids = field.value.split(",").map((id) => id.trim()).filter((id) => id);
  const id = button.dataset["adds"] ?? "";
  if (id && !ids.includes(id)) ids.push(id);
  field.value = ids.join(", ");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

let typed = false;

/** Remembers that a form holds what nobody has saved, and asks before the page is left with it. */
function keep(): void {
  document.addEventListener("input", (event) => {
    if ((event.target as Element | null)?.closest("form[data-keeps]")) typed = true;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if ((event as CustomEvent<{ target: Element }>).detail.target === document.body) typed = false;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const detail = (event as CustomEvent<{ boosted?: boolean; elt: Element }>).detail;
    const leaves = detail.boosted && detail.elt.closest("a[href]") !== null;
    if (typed && leaves && !confirm("Leave this page? What you typed is not saved.")) event.preventDefault();
  });
  addEventListener("beforeunload", (event) => {
    if (typed && document.querySelector("form[data-keeps]")) event.preventDefault();
  });
}

document.addEventListener("keydown", walk);
document.addEventListener("click", add);
keep();

export {};
