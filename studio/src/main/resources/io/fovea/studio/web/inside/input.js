// A picture of one's own: a file, pasted, dropped, or from the camera; and which part of it is taken.
import { busy, el, hint, labelled, note, option, quiet, row, say } from '../api.js';
import { Camera, noCamera } from '../camera.js';
import { droppable } from '../upload.js';

/** Larger files, or more pixels, are made smaller before they are sent. */
const MOST_BYTES = 7 << 20;
const MOST_PIXELS = 15_000_000;

/** A side of a picture that is made smaller. */
const SIDE = 2000;

const blobOf = (canvas) => new Promise((made) => canvas.toBlob(made, 'image/png'));

/** A part of a picture, shrunk where it is too large to send. */
function cut(bitmap, { left, top, width, height }) {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const canvas = el('canvas', { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) });
  canvas.getContext('2d').drawImage(bitmap, left, top, width, height, 0, 0, canvas.width, canvas.height);
  return blobOf(canvas);
}

/** A picture, made smaller where it is too large to send; one that the browser cannot read is for the server's own words. */
export async function fitting(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  const isLarge = bitmap && (file.size > MOST_BYTES || bitmap.width * bitmap.height > MOST_PIXELS);
  return isLarge ? cut(bitmap, { left: 0, top: 0, width: bitmap.width, height: bitmap.height }) : file;
}

/** Pictures may be dropped on the page; pasting works while it is shown. */
export function pictures(page, onpicture) {
  const upload = el('input', { type: 'file', id: 'upload', accept: 'image/png,image/jpeg,image/bmp,image/gif', onchange: () => upload.files[0] && take(upload.files[0]) });
  const frame = el('select', { id: 'frame', onchange: () => send() });
  const canvas = el('canvas', { class: 'crop', id: 'crop', width: 1, height: 1, role: 'img', 'aria-label': 'Your picture; the frame is what the network gets' });
  const box = { left: 0, top: 0, width: 1, height: 1 };
  const numbers = Object.keys(box).map((name) => el('input', { type: 'number', id: `crop-${name}`, min: name === 'left' || name === 'top' ? 0 : 1, step: 1, onchange: (event) => {
    box[name] = Math.round(Number(event.target.value)) || 0;
    bound();
    draw();
    send();
  } }));
  const all = () => Object.assign(box, { left: 0, top: 0, width: bitmap.width, height: bitmap.height });
  const whole = quiet({ id: 'crop-whole', onclick: () => {
    all();
    draw();
    send();
  } }, 'The whole picture');
  const cropping = el('fieldset', { class: 'cropping', hidden: true }, el('legend', {}, 'The part that is taken'), canvas,
    hint('Drag over the picture, or type pixels.'), labelled('frame', 'Framing', frame),
    el('div', { class: 'fields four' }, ...numbers.map((input, k) => labelled(input.id, ['Left', 'Top', 'Width', 'Height'][k], input))), whole);
  const film = new Camera(() => dialog.close());
  const dialog = el('dialog', { class: 'camera', 'aria-label': 'Take a picture', onclose: () => film.stop() }, film.video,
    row(el('button', { id: 'camera-take', onclick: shoot }, 'Take the picture'), quiet({ onclick: () => dialog.close() }, 'Cancel')));
  const camera = noCamera ? hint(noCamera) : quiet({ id: 'camera', onclick: () => busy(camera, async () => {
    await film.start();
    dialog.showModal();
  }) }, 'Use the camera');
  let bitmap = null;
  let file = null;
  let start = null;

  /** Another picture; one that the browser cannot read is sent as it is, for the server's own words. */
  async function take(blob) {
    file = blob;
    try {
      bitmap = await createImageBitmap(blob);
    } catch {
      bitmap = null;
      cropping.hidden = true;
      onpicture(blob, frame.value);
      return;
    }
    all();
    cropping.hidden = false;
    draw();
    send();
  }

  async function send() {
    if (!file) return;
    const isWhole = !bitmap || (box.width === bitmap.width && box.height === bitmap.height);
    onpicture(isWhole ? await fitting(file) : await cut(bitmap, box), frame.value);
  }

  function bound() {
    box.left = Math.min(bitmap.width - 1, Math.max(0, box.left));
    box.top = Math.min(bitmap.height - 1, Math.max(0, box.top));
    box.width = Math.min(bitmap.width - box.left, Math.max(1, box.width));
    box.height = Math.min(bitmap.height - box.top, Math.max(1, box.height));
  }

  function draw() {
    const scale = Math.min(1, 480 / Math.max(bitmap.width, bitmap.height));
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const [left, top, width, height] = [box.left, box.top, box.width, box.height].map((length) => length * scale);
    context.fillStyle = 'rgba(0, 0, 0, 0.55)';
    context.beginPath();
    context.rect(0, 0, canvas.width, canvas.height);
    context.rect(left, top, width, height);
    context.fill('evenodd');
    context.strokeStyle = '#ffd166';
    context.lineWidth = 2;
    context.strokeRect(left + 1, top + 1, Math.max(0, width - 2), Math.max(0, height - 2));
    numbers.forEach((input) => (input.value = String(box[input.id.slice('crop-'.length)])));
  }

  function point(event) {
    const own = canvas.getBoundingClientRect();
    const share = (value, length) => Math.min(1, Math.max(0, value / length));
    return [Math.round(share(event.clientX - own.left, own.width) * bitmap.width), Math.round(share(event.clientY - own.top, own.height) * bitmap.height)];
  }
  canvas.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    start = point(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!start) return;
    const [x, y] = point(event);
    Object.assign(box, { left: Math.min(x, start[0]), top: Math.min(y, start[1]), width: Math.abs(x - start[0]), height: Math.abs(y - start[1]) });
    bound();
    draw();
  });
  canvas.addEventListener('pointerup', () => {
    if (!start) return;
    start = null;
    if (box.width < 4 || box.height < 4) all(); // a click: all of it
    draw();
    send();
  });

  async function shoot() {
    const picture = await film.picture(Infinity);
    dialog.close();
    take(picture);
  }

  const first = (list) => [...(list ?? [])].find((each) => each.type.startsWith('image/'));
  document.addEventListener('paste', (event) => {
    const picture = page.offsetParent && first(event.clipboardData?.files);
    if (!picture) return;
    event.preventDefault();
    take(picture);
  });
  droppable(page, (files) => {
    const picture = first(files.map(({ file }) => file));
    if (picture) take(picture);
    else say('That is no picture. Drop a PNG, JPEG, BMP or GIF file.', true);
  });

  return {
    element: el('div', { class: 'own-picture' },
      labelled('upload', 'A picture of yours', note('PNG, JPEG, BMP or GIF. You can also drop one onto this page, or paste one. It stays on this machine.'), upload),
      row(camera), dialog, cropping),
    /** Another network: how its pictures may be framed. */
    model(isGrey) {
      const ways = [['auto', 'as the network was trained'], ['none', 'the whole picture, stretched'], ...(isGrey ? [['digit', 'as a handwritten digit']] : [])];
      frame.replaceChildren(...ways.map(([value, text]) => option(value, text)));
    },
    /** Something else is shown now. */
    empty() {
      file = bitmap = null;
      upload.value = '';
      cropping.hidden = true;
    },
  };
}
