function typing(target) {
    return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}
function hits() {
    return [...document.querySelectorAll("[data-hits] a.title")];
}
function walk(event) {
    const search = document.querySelector("[data-search]");
    if (!search || event.ctrlKey || event.metaKey || event.altKey)
        return;
    if (event.key === "/" && !typing(event.target) && localStorage.getItem("answerbank-keys") !== "off") {
        event.preventDefault();
        search.focus();
        search.select();
        return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp")
        return;
    const all = hits();
    const at = all.indexOf(document.activeElement);
    const inSearch = document.activeElement === search;
    if (!all.length || (at < 0 && !inSearch))
        return;
    event.preventDefault();
    if (event.key === "ArrowUp" && at <= 0)
        search.focus();
    else
        all[Math.min(all.length - 1, event.key === "ArrowDown" ? at + 1 : at - 1)]?.focus();
}
function add(event) {
    const button = event.target?.closest("[data-adds]");
    const field = button && document.getElementById(button.dataset["to"] ?? "");
    if (!button || !(field instanceof HTMLInputElement))
        return;
    const ids = field.value.split(",").map((id) => id.trim()).filter((id) => id);
    const id = button.dataset["adds"] ?? "";
    if (id && !ids.includes(id))
        ids.push(id);
    field.value = ids.join(", ");
    field.dispatchEvent(new Event("input", { bubbles: true }));
}
let typed = false;
function keep() {
    document.addEventListener("input", (event) => {
        if (event.target?.closest("form[data-keeps]"))
            typed = true;
    });
    document.addEventListener("htmx:afterSwap", (event) => {
        if (event.detail.target === document.body)
            typed = false;
    });
    document.addEventListener("htmx:beforeRequest", (event) => {
        const detail = event.detail;
        const leaves = detail.boosted && detail.elt.closest("a[href]") !== null;
        if (typed && leaves && !confirm("Leave this page? What you typed is not saved."))
            event.preventDefault();
    });
    addEventListener("beforeunload", (event) => {
        if (typed && document.querySelector("form[data-keeps]"))
            event.preventDefault();
    });
}
document.addEventListener("keydown", walk);
document.addEventListener("click", add);
keep();
export {};
