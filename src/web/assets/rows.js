"use strict";
const KEPT = "answerbank-keys";
function on() {
    return localStorage.getItem(KEPT) !== "off";
}
function label() {
    const button = document.querySelector("[data-keys]");
    if (button)
        button.textContent = on() ? "Turn these keys off" : "Turn these keys on";
}
function links() {
    return [...document.querySelectorAll("[data-rows] > li .title")];
}
function move(by) {
    const all = links();
    const at = all.findIndex((link) => link === document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
    all[next]?.focus();
    all[next]?.scrollIntoView({ block: "nearest" });
}
function pressed(event) {
    const target = event.target;
    if (!on() || event.ctrlKey || event.metaKey || event.altKey || target?.closest("input, textarea, select, dialog, [contenteditable]"))
        return;
    if (!document.querySelector("[data-rows]"))
        return;
    if (event.key === "j")
        move(1);
    else if (event.key === "k")
        move(-1);
    else if (event.key === "/")
        document.querySelector("[data-find]")?.focus();
    else
        return;
    event.preventDefault();
}
function clicked(event) {
    if (!event.target?.closest("[data-keys]"))
        return;
    localStorage.setItem(KEPT, on() ? "off" : "on");
    label();
}
if (document.documentElement.dataset["rows"] === undefined) {
    document.documentElement.dataset["rows"] = "";
    document.addEventListener("keydown", pressed);
    document.addEventListener("click", clicked);
    document.addEventListener("htmx:afterSettle", label);
}
label();
