// The pad: strokes by mouse, finger, pen or keyboard; undo, clear, pen width. It gives the ink as grey bytes.
import { el, quiet, row } from '../api.js';

/** Side of the ink in pixels: enough for smooth edges, 12.5 kB a request. */
const INK = 112;

/** How the keys move the pen, in steps right and down. */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-1, -1], PageUp: [1, -1], End: [-1, 1], PageDown: [1, 1] };
const STEP = 0.04;
const FINE = 0.01; // with Shift

export function pad({ onink }) {
  /** @type {{width: number, points: number[][]}[]} */
  let strokes = [];
  let current = null;
  const ink = el('canvas', { width: INK, height: INK });
  const canvas = el('canvas', {
    class: 'pad',
    id: 'pad',
    width: 280,
    height: 280,
    tabindex: 0,
    role: 'application',
    'aria-label': 'Drawing pad: draw with the mouse, a finger or a pen',
    'aria-describedby': 'pad-keys',
  });
  const hint = el('p', { class: 'pad-hint', 'aria-hidden': 'true' }, 'Draw a digit here');
  const tip = el('span', { class: 'pen-tip', 'aria-hidden': 'true' });
  const told = el('span', { class: 'unseen', role: 'status' });
  const keyboard = { x: 0.5, y: 0.25, down: false };
  const keys = el('p', { class: 'hint by-keyboard', id: 'pad-keys' }, 'By keyboard: arrow keys move the pen (Home, End, Page Up and Page Down diagonally, Shift for small steps), Space sets it down and lifts it, Backspace takes a stroke back.');
  const pen = el('input', { type: 'range', min: 4, max: 16, step: 1, value: 9, id: 'pen' });
  const undo = quiet({ id: 'undo', onclick: () => change(strokes.slice(0, -1)) }, 'Undo');
  const clear = quiet({ id: 'clear', onclick: () => change([]) }, 'Clear');

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  function draw(target) {
    const context = target.getContext('2d', { willReadFrequently: true });
    context.fillStyle = '#000';
    context.fillRect(0, 0, target.width, target.height);
    context.strokeStyle = '#fff';
    context.lineCap = context.lineJoin = 'round';
    for (const { width, points } of strokes) {
      context.lineWidth = width * target.width;
      context.beginPath();
      points.forEach(([x, y], k) => context[k ? 'lineTo' : 'moveTo'](x * target.width, y * target.height));
      if (points.length === 1) context.lineTo(points[0][0] * target.width + 0.01, points[0][1] * target.height);
      context.stroke();
    }
  }

  function show() {
    draw(canvas);
    undo.disabled = clear.disabled = strokes.length === 0;
    hint.hidden = strokes.length > 0;
  }

  function change(next) {
    if (next.length < strokes.length) lift(false);
    strokes = next;
    show();
    draw(ink);
    const rgba = ink.getContext('2d', { willReadFrequently: true }).getImageData(0, 0, INK, INK).data;
    onink(Uint8Array.from({ length: INK * INK }, (_, k) => rgba[4 * k]));
  }

  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    current = { width: Number(pen.value) / 100, points: [place(event)] };
    lift(false);
    change([...strokes, current]);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!current) return;
    for (const each of event.getCoalescedEvents?.() ?? []) current.points.push(place(each));
    current.points.push(place(event));
    change(strokes);
  });
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => (current = null));

  function lift(down) {
    keyboard.down = down;
    tip.classList.toggle('down', down);
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = KEYS[event.key];
    if (step) {
      const size = event.shiftKey ? FINE : STEP;
      keyboard.x = Math.min(1, Math.max(0, keyboard.x + step[0] * size));
      keyboard.y = Math.min(1, Math.max(0, keyboard.y + step[1] * size));
      if (keyboard.down) {
        strokes.at(-1).points.push([keyboard.x, keyboard.y]);
        change(strokes);
      }
    } else if (event.key === ' ' || event.key === 'Enter') {
      lift(!keyboard.down);
      told.textContent = keyboard.down ? 'Pen down' : 'Pen lifted';
      if (keyboard.down) change([...strokes, { width: Number(pen.value) / 100, points: [[keyboard.x, keyboard.y]] }]);
    } else if (event.key === 'Backspace' && strokes.length) {
      lift(false);
      change(strokes.slice(0, -1));
    } else if (event.key === 'Escape' && keyboard.down) lift(false);
    else return;
    event.preventDefault();
    tip.style.left = `${100 * keyboard.x}%`;
    tip.style.top = `${100 * keyboard.y}%`;
  }
  canvas.addEventListener('keydown', key);
  canvas.addEventListener('blur', () => lift(false));
  addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLElement && event.target.matches('input[type="text"], input[type="number"], textarea');
    if ((event.ctrlKey || event.metaKey) && event.key === 'z' && !typing && canvas.offsetParent && strokes.length) {
      event.preventDefault();
      change(strokes.slice(0, -1));
    }
  });
  show();
  return {
    element: el(
      'div',
      { class: 'drawing' },
      el('div', { class: 'pad-box' }, canvas, hint, tip, told),
      row(undo, clear, el('label', { class: 'pen', for: 'pen' }, 'Pen', pen)),
      keys,
    ),
    side: INK,
    /** What the empty pad says. */
    invite(text) {
      hint.textContent = text;
    },
    /** Takes the strokes away without telling: something else is shown now. */
    empty() {
      strokes = [];
      lift(false);
      show();
    },
  };
}
