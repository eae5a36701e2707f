// Photos of the user's own: sends a dropped folder or zip file in parts, and makes it a data set.
import { answer, el, post, say } from './api.js';

const PIECE = 4 << 20;

/** The number of concurrent uploads. */
const AT_ONCE = 4;

/** All files below a dropped folder. */
async function walk(entry, prefix, found) {
  if (entry.isFile) {
    found.push({ path: prefix + entry.name, file: await new Promise((good, bad) => entry.file(good, bad)) });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((good, bad) => reader.readEntries(good, bad));
    if (some.length === 0) return;
    for (const one of some) await walk(one, `${prefix}${entry.name}/`, found);
  }
}

const isZip = (file) => /\.zip$/i.test(file.name);

async function dropped(transfer) {
  const found = [];
  const items = [...transfer.items].map((item) => [item.webkitGetAsEntry(), item.getAsFile()]); // both only now
  for (const [entry, file] of items) {
    if (entry) await walk(entry, '', found);
    else if (file) found.push({ path: file.name, file });
  }
  return found;
}

const chosen = (list) => [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

export function droppable(element, take) {
  const hear = (name, work) => element.addEventListener(name, (event) => {
    if (!event.dataTransfer.types.includes('Files')) return; // a text, for a field
    event.preventDefault();
    element.classList.toggle('over', name === 'dragover');
    work(event.dataTransfer);
  });
  hear('dragover', () => {});
  hear('dragleave', () => {});
  hear('drop', async (transfer) => take(await dropped(transfer)));
}

export function pick(id, text, more, take) {
  const input = el('input', { type: 'file', id, class: 'pick', ...more, onchange: () => take(chosen(input.files), input) });
  return el('label', { class: 'button quiet', for: id }, text, input);
}

/** Sends files, each with its path, and makes them a data set, perhaps of a given name and classes; its name. */
export async function send(files, tell, given, classes) {
  if (files.length === 0) throw new Error('It contains no files.');
  const archive = files.length === 1 && isZip(files[0].file);
  const total = files.reduce((sum, one) => sum + one.file.size, 0);
  const { upload } = await post('/api/uploads', { classes });
  let sent = 0;
  let hidden = 0;
  const waiting = [...files];
  const worker = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const path = archive ? '' : one.path;
      for (let at = 0; at < one.file.size; at += PIECE) {
        const body = one.file.slice(at, at + PIECE);
        const reply = await answer(`/api/uploads/${upload}?path=${encodeURIComponent(path)}&at=${at}`, { method: 'POST', body });
        if (at === 0 && (await reply.json()).passedOver) hidden += 1;
        sent += body.size;
        tell(`Sending: ${(sent / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  tell('Unpacking …');
  const name = given ?? (archive ? files[0].file.name.replace(/\.zip$/i, '') : files[0].path.includes('/') ? files[0].path.split('/')[0] : 'photos');
  const { data } = await post(`/api/uploads/${upload}/finish`, { name });
  if (hidden) say(`Hidden files, left out: ${hidden}.`);
  return data;
}
