// Lays dialogs over the page, and puts what changed into it. The page reads and works without.

const main = document.querySelector("#main");

async function fetched(url, init) {
  const response = await fetch(url, { credentials: "same-origin", ...init });
  const html = await response.text();
  return { response, page: new DOMParser().parseFromString(html, "text/html") };
}

// --- dialogs -----------------------------------------------------------------

const dialog = document.createElement("dialog");
dialog.setAttribute("aria-labelledby", "dialog-title");
document.body.append(dialog);

function lay(content) {
  dialog.replaceChildren(...content);
  const title = dialog.querySelector("h1");
  if (title) title.id = "dialog-title";
  for (const lines of dialog.querySelectorAll("[data-lines]")) growing(lines);
  const name = dialog.querySelector("#f-organization_name");
  if (name) asksForAscii(name);
  const day = dialog.querySelector("[data-first]");
  if (day) withinTheTerm(day);
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[role=alert]") ?? dialog.querySelector("input:not([type=hidden]), select"))?.focus();
}

async function openDialog(url) {
  const { response, page } = await fetched(url);
  const form = page.querySelector("[data-form]");
  if (response.ok && form) lay([form]);
  else location.assign(url);
}

async function openCard(url) {
  const { response, page } = await fetched(url);
  const card = page.querySelector("[data-card]");
  if (!response.ok || !card) return location.assign(url);
  const more = document.createElement("p");
  more.className = "bar end";
  const close = document.createElement("button");
  close.textContent = main.dataset.close;
  close.dataset.close = "";
  const all = document.createElement("a");
  all.className = "button main";
  all.href = url;
  all.textContent = main.dataset.details;
  more.append(close, all);
  lay([card, more]);
  close.focus();
}

async function send(form) {
  const button = form.querySelector("button.main");
  button.disabled = true;
  const body = new URLSearchParams(new FormData(form));
  const sent = await fetched(form.action, { method: "POST", body }).catch(() => null);
  if (!sent) return form.submit(); // the browser tells better that nobody answers
  const { response, page } = sent;
  if (response.redirected) return location.assign(response.url);
  const again = page.querySelector("[data-form]") ?? page.querySelector("main");
  lay(again.matches("form") ? [again] : [...again.children]);
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target.closest("a[data-dialog], a[data-popup], [data-close]");
  if (!link) return;
  if (link.matches("[data-close]")) {
    if (!dialog.open) return;
    event.preventDefault();
    dialog.close();
    return;
  }
  event.preventDefault();
  if (link.matches("[data-popup]")) openCard(link.href);
  else openDialog(link.href);
});

dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target);
});

dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  if (missed) update();
});

function growing(lines) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = lines.dataset.lines;
  button.addEventListener("click", () => {
    const row = lines.lastElementChild.cloneNode(true);
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.ariaLabel = input.ariaLabel.replace(/\d+$/, lines.children.length + 1);
    }
    lines.append(row);
    row.querySelector("input").focus();
  });
  lines.after(button);
}

function asksForAscii(name) {
  const field = dialog.querySelector("[data-field=organization_name_ascii]");
  const input = field.querySelector("input");
  const judge = () => {
    const needed = /[^\x00-\x7f]/.test(name.value);
    field.hidden = !needed && !input.value && !field.matches(".has-error");
    input.required = needed;
  };
  name.addEventListener("input", judge);
  judge();
}

function withinTheTerm(day) {
  const segment = dialog.querySelector("[name=market_segment]");
  const judge = () => {
    day.min = day.dataset.first;
    day.max = segment.value === "COM" ? day.dataset.last : day.dataset.lastOther;
    const hint = dialog.querySelector(`#h-${day.name}`);
    hint.textContent = hint.textContent.replace(/\d{4}-\d\d-\d\d(?=\D*$)/, day.max);
  };
  segment.addEventListener("change", judge);
  judge();
}

// --- what changed ------------------------------------------------------------

let missed = false;

async function update(url = location.href) {
  missed = false;
  const got = await fetched(url).catch(() => null);
  if (!got) return; // once the stream is back, it asks again
  const { response, page } = got;
  if (!response.ok || response.redirected) return location.assign(url);
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (!fresh || fresh.innerHTML === part.innerHTML) continue;
    const before = new Map([...part.querySelectorAll("[data-vip]")].map((row) => [row.id, row.innerHTML]));
    const open = new Set([...part.querySelectorAll("details[open]")].map((each) => each.dataset.filter));
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    part.replaceChildren(...fresh.children);
    if (focused) part.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
    for (const row of part.querySelectorAll("[data-vip]")) {
      if (before.get(row.id) !== row.innerHTML) row.classList.add("changed");
    }
    for (const each of part.querySelectorAll("details[data-filter]")) each.open ||= open.has(each.dataset.filter);
  }
}

const looksAtThePast = new URLSearchParams(location.search).has("as_of");
const about = document.querySelector("#details")?.dataset.vip;
let soon;
let lost = false;

function heard() {
  clearTimeout(soon);
  soon = setTimeout(() => {
    if (dialog.open) missed = true;
    else update();
  }, 100);
}

if (document.querySelector("[data-live]") && !looksAtThePast) {
  const changes = new EventSource("/live");
  changes.addEventListener("message", (event) => {
    if (!about || JSON.parse(event.data).vip_id === about) heard();
  });
  changes.addEventListener("error", () => { lost = true; });
  changes.addEventListener("open", () => {
    if (lost) heard();
    lost = false;
    document.documentElement.dataset.hears = "";
  });
}

// --- the time slider ---------------------------------------------------------

for (const slider of document.querySelectorAll("[data-time] [type=range]")) {
  const { form } = slider;
  const day = form.elements[slider.dataset.sets];
  const said = form.querySelector(`output[for=${slider.id}]`);
  const now = () => slider.dataset.now && slider.value === slider.max;
  let asked;
  slider.addEventListener("input", () => {
    clearTimeout(asked);
    asked = setTimeout(async () => {
      if (now()) {
        said.textContent = slider.dataset.now;
        day.value = day.dataset.today;
        return;
      }
      const response = await fetch(`/moments/${slider.value}`);
      if (!response.ok) return;
      const moment = await response.json();
      said.textContent = moment.text;
      day.value = moment.on;
    }, 60);
  });
  form.addEventListener("submit", () => {
    if (now()) slider.disabled = true;
  });
}

// --- searching while typing --------------------------------------------------

const search = document.querySelector("[data-search]");
let waiting;
search?.addEventListener("input", (event) => {
  if (event.target.type !== "search") return;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const url = `${search.getAttribute("action")}?${new URLSearchParams(new FormData(search))}`;
    history.replaceState(null, "", url);
    update(url);
  }, 200);
});
document.querySelector("[data-day]")?.addEventListener("change", (event) => event.currentTarget.requestSubmit());
search?.addEventListener("change", (event) => {
  if (event.target.type !== "search") search.requestSubmit();
});

// On a narrow screen filters stand side by side: begin at the one that is shown.
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
