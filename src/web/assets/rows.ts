// Lists that are gone through by keyboard: j and k move along the rows, Enter opens as with any link, / goes to the search.
// Whoever speaks to the machine or slips on keys can turn them off; the browser remembers it.

const KEPT = "answerbank-keys";

function on(): boolean {
  return localStorage.getItem(KEPT) !== "off";
}

function label(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-keys]");
  if (button) button.textContent = on() ? "Turn these keys off" : "Turn these keys on";
}

function links(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-rows] > li .title")];
}

function move(by: number): void {
  const all = links();
  const at = all.findIndex((link) => link === document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
  all[next]?.focus();
  all[next]?.scrollIntoView({ block: "nearest" });
}

function pressed(event: KeyboardEvent): void {
  const target = event.target as HTMLElement | null;
  if (!on() || event.ctrlKey || event.metaKey || event.altKey || target?.closest("input, textarea, select, dialog, [contenteditable]")) return;
  if (!document.querySelector("[data-rows]")) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "/") document.querySelector<HTMLElement>("[data-find]")?.focus();
  else return;
  event.preventDefault();
}

function clicked(event: MouseEvent): void {
  if (!(event.target as Element | null)?.closest("[data-keys]")) return;
  localStorage.setItem(KEPT, on() ? "off" : "on");
  label();
}

// A page that was exchanged may bring this module once more.
if (document.documentElement.dataset["rows"] === undefined) {
  document.documentElement.dataset["rows"] = "";
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", clicked);
  document.addEventListener("htmx:afterSettle", label);
}
label();
