// Conveniences only: every order also works through the forms without this file.
"use strict";

// Signing in, in whatever window, changes the token of every form: the cookie has the one that holds.
const getToken = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
function renewToken(form) {
  const field = form.elements.csrfmiddlewaretoken;
  if (field) field.value = getToken() ?? field.value;
}
document.addEventListener("submit", (event) => renewToken(event.target), true);
document.addEventListener("htmx:configRequest", ({ detail: { parameters } }) => {
  if (parameters.csrfmiddlewaretoken) {
    parameters.csrfmiddlewaretoken = getToken() ?? parameters.csrfmiddlewaretoken;
  }
});

const order = document.getElementById("order");

function send(op, key, section, index) {
  sessionStorage.setItem("scroll", String(window.scrollY));
  sessionStorage.setItem("focus", key);
  for (const [name, value] of Object.entries({ op, key, section, index })) {
    order.elements[name].value = value ?? "";
  }
  renewToken(order);
  order.submit();
  showBusy();
}

// Stay where one was after an order.
const scroll = sessionStorage.getItem("scroll");
if (scroll !== null) {
  sessionStorage.removeItem("scroll");
  const key = sessionStorage.getItem("focus");
  sessionStorage.removeItem("focus");
  window.addEventListener("load", () => {
    window.scrollTo(0, Number(scroll));
    // So that the next Alt+arrow moves the same item on.
    const title = document.querySelector(`#item-${CSS.escape(key ?? "")} .title`);
    title?.focus({ preventScroll: true });
    title?.scrollIntoView({ block: "nearest" });
  });
}

// What was done is said at the top; whoever came back further down sees it there for a while.
window.addEventListener("load", () => {
  const notice = document.querySelector("main > .notice");
  if (!notice || notice.getBoundingClientRect().bottom > 0) return;
  notice.classList.add("afloat");
  window.setTimeout(() => notice.classList.remove("afloat"), 6000);
});

// Dragging on the board.
let dragged = null;
function makeDraggable(root) {
  if (!document.querySelector("[data-board]")) return;
  for (const item of root.querySelectorAll(".item[data-key]")) item.draggable = true;
}
function before(column, y) {
  const items = [...column.querySelectorAll(".item")].filter((one) => one !== dragged);
  return items.find((one) => y < one.getBoundingClientRect().top + one.offsetHeight / 2) ?? null;
}
function clearMarks() {
  for (const one of document.querySelectorAll(".before, .over")) one.classList.remove("before", "over");
}
makeDraggable(document);
document.addEventListener("htmx:afterSwap", (event) => makeDraggable(event.target));
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".item[data-key]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.key);
  dragged.classList.add("dragging");
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragging");
  dragged = null;
  clearMarks();
});
document.addEventListener("dragover", (event) => {
  const column = event.target.closest?.("[data-section]");
  if (!dragged || !column) return;
  event.preventDefault();
  clearMarks();
  column.classList.add("over");
  before(column, event.clientY)?.classList.add("before");
});
document.addEventListener("drop", (event) => {
  const column = event.target.closest?.("[data-section]");
  if (!dragged || !column) return;
  event.preventDefault();
  const items = [...column.querySelectorAll(".item")].filter((one) => one !== dragged);
  const next = before(column, event.clientY);
  const index = next ? items.indexOf(next) : items.length;
  send("new" in dragged.dataset ? "add" : "move", dragged.dataset.key, column.dataset.section, index);
});

// The keyboard: J and K walk through the titles, Alt+arrows move, / goes to the search.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select");
  if (typing) {
    if ((event.ctrlKey || event.metaKey) && event.key === "s" && typing.form?.id === "edit") {
      event.preventDefault();
      typing.form.requestSubmit();
    }
    return;
  }
  const titles = [...document.querySelectorAll(".item .title, .hits a.title")];
  const at = titles.indexOf(document.activeElement);
  if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key) && order) {
    const item = document.activeElement?.closest?.(".column .item[data-key]");
    if (item) {
      event.preventDefault();
      send(event.key === "ArrowUp" ? "up" : "down", item.dataset.key);
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j" || event.key === "k") {
    const next = titles[Math.min(titles.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))];
    next?.focus();
  } else if (event.key === "/") {
    event.preventDefault();
    const field = document.querySelector("[data-search]");
    if (field) field.focus();
    else window.location.assign("/desk/search/");
  }
});

// What is typed is kept by itself; when it cannot be, the page must not go on saying that it was.
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const kept = event.target.closest?.("#kept");
    if (!kept) return;
    kept.textContent = event.detail.xhr?.status === 403 ? kept.dataset.expired : kept.dataset.failed;
    kept.classList.add("failed");
  });
}
document.addEventListener("htmx:afterSwap", (event) => event.target.classList?.remove("failed"));
// Whoever comes back from signing in in another window need not type another letter.
window.addEventListener("focus", () => {
  const kept = document.querySelector("#kept.failed");
  if (kept) window.htmx.trigger(kept, "retry");
});

// Orders on the item whose words are being typed: the words are kept before the page goes.
const words = document.getElementById("edit");
let unkept = false;
words?.addEventListener("input", () => { unkept = true; });
document.addEventListener("htmx:beforeRequest", (event) => { if (event.target.id === "kept") unkept = false; });
document.addEventListener("submit", (event) => {
  if (!unkept || !event.target.hasAttribute("data-beside")) return;
  event.preventDefault();
  event.stopPropagation();
  document.getElementById("kept").addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful) event.target.requestSubmit(event.submitter);
    else unkept = true;
  }, { once: true });
  window.htmx.trigger("#kept", "retry");
}, true);

// The findings: jump to the words a finding is about.
for (const button of document.querySelectorAll("[data-jump]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.jump);
    if (!field) return;
    field.closest("details")?.setAttribute("open", "");
    // Offsets count characters; a text field counts UTF-16 units.
    const units = (n) => [...field.value].slice(0, n).join("").length;
    field.focus();
    field.setSelectionRange(units(Number(button.dataset.start)), units(Number(button.dataset.end)));
    field.scrollIntoView({ block: "center" });
  });
}

// Counting characters.
for (const counter of document.querySelectorAll("[data-count]")) {
  const field = document.getElementById(counter.dataset.count);
  const count = () => { counter.textContent = counter.dataset.words.replace("0", [...field.value].length); };
  field.addEventListener("input", count);
  count();
}

// Switches that show their effect at once.
for (const form of document.querySelectorAll("[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// Under way: the button is not pressed twice, and after a moment the page says that it waits.
const busy = document.getElementById("busy");
let waiting = 0;
function showBusy() {
  waiting = window.setTimeout(() => { busy.textContent = busy.dataset.words; }, 400);
}
function clearBusy() {
  window.clearTimeout(waiting);
  busy.textContent = "";
  for (const one of document.querySelectorAll("form[aria-busy]")) one.removeAttribute("aria-busy");
  for (const one of document.querySelectorAll("button[aria-disabled]")) one.removeAttribute("aria-disabled");
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("hx-get")) return;
  if (form.hasAttribute("aria-busy")) { event.preventDefault(); return; }
  form.setAttribute("aria-busy", "true");
  event.submitter?.setAttribute("aria-disabled", "true");
  showBusy();
});
// A page that comes back from the browser's memory waits for nothing any more.
window.addEventListener("pageshow", (event) => { if (event.persisted) clearBusy(); });

// Words typed and not saved: ask before the window goes.
for (const form of document.querySelectorAll("[data-guard]")) {
  let changed = form.dataset.guard === "written";
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  for (const one of document.querySelectorAll("[data-beside]")) {
    one.addEventListener("submit", () => { changed = false; });
  }
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
