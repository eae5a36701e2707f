// One map in detail: where the kernel lies, the numbers under it, the sum; in learning mode the gradients.
import { el } from '../api.js';
import { askJson } from './server.js';
import { mapValues, mapsOf, wordFor } from './network.js';
import { paint, short, sizeOf } from './palette.js';
import { softmax, working } from './workings.js';

const EXPLAINED = {
  input: 'What the network gets: one number for each pixel.',
  conv2d: 'A small kernel of weights slides over its input. Everywhere it multiplies weight by number and adds up: large where the input looks like the kernel.',
  max_pool2d: 'Of each window only the largest number stays: the map shrinks, and small shifts matter less.',
  avg_pool2d: 'Each window becomes its mean: the map shrinks.',
  batch_norm2d: 'Each map is brought to mean 0 and deviation 1 as measured in training, then scaled and shifted by two learned numbers.',
  relu: 'Numbers below zero become zero. Without such a bend, many layers could do no more than one.',
  dense: 'Every output weighs all inputs: the products are added to a score for each class.',
  add: 'Two paths meet: their numbers are added.',
};

/** Milliseconds a pixel, of a window that slides by itself. */
const PACE = 350;

/** A map, and a frame that marks a place on it. */
function board(label, focusable) {
  const canvas = el('canvas', { class: 'pixels' });
  const frame = el('div', { class: 'frame', hidden: true });
  const element = el('div', focusable ? { class: 'board', tabindex: 0, role: 'application', 'aria-label': label } : { class: 'board' }, canvas, frame);
  return {
    element,
    canvas,
    mark(place, height, width) {
      frame.hidden = !place;
      if (!place) return;
      const down = (place.height - 1) * place.stepDown + 1;
      const across = (place.width - 1) * place.stepAcross + 1;
      const style = { top: place.top / height, left: place.left / width, height: down / height, width: across / width };
      for (const [name, share] of Object.entries(style)) frame.style[name] = `${100 * share}%`;
    },
  };
}

/** @param {any} state what the page shows */
export function details(state) {
  const title = el('h2', { id: 'details-title' }, 'One number, worked out');
  const text = el('p', { class: 'hint' });
  const book = el('a', { target: '_blank', rel: 'noopener' }, 'Read the chapter');
  const source = board('Input');
  const sourceCaption = el('figcaption');
  const target = board('Map; arrow keys move the pixel', true);
  const targetCaption = el('figcaption');
  const place = el('p', { class: 'equation', id: 'place', role: 'status' });
  const worked = el('div', { class: 'worked', id: 'working' });
  const filters = el('div', { class: 'filters' });
  const slide = el('button', { type: 'button', class: 'quiet', id: 'slide', 'aria-pressed': 'false', onclick: () => (sliding ? stop() : start()) }, 'Let it slide');
  const sourceFigure = el('figure', {}, sourceCaption, source.element);
  const targetFigure = el('figure', {}, targetCaption, target.element, el('div', { class: 'row slide-row' }, slide));
  const stage = el('div', { class: 'stage' }, sourceFigure, targetFigure, el('div', { class: 'text' }, place, worked));
  const element = el('section', { class: 'card details', id: 'details', 'aria-labelledby': 'details-title' }, title, el('p', { class: 'hint' }, text, book), stage, filters);

  const view = {
    source: null,
    at: null,
    title: '',
    chooseSource(channel) {
      view.source = channel;
      render();
    },
  };
  let calculation = null;
  let asking = false;
  let again = false;

  /** The timer of a window that slides by itself, row by row. */
  let sliding = 0;

  function stop() {
    clearInterval(sliding);
    sliding = 0;
    slide.textContent = 'Let it slide';
    slide.setAttribute('aria-pressed', 'false');
  }

  function start() {
    slide.textContent = 'Stop';
    slide.setAttribute('aria-pressed', 'true');
    sliding = setInterval(() => {
      if (!element.offsetParent || !state.values) return stop();
      const { height, width } = mapsOf(node());
      const { i, j } = pixel();
      const next = (i * width + j + 1) % (height * width);
      if (!asking) moveTo(Math.floor(next / width), next % width);
      return undefined;
    }, PACE);
  }

  const node = () => state.nodes.get(view.at.node);
  const shownValues = (name) => (state.mode === 'backward' && state.back ? state.back.arrays.get(`value:${name}`) : state.values.get(name));

  function pixel() {
    const { width, row } = mapsOf(node());
    return row ? { i: Math.floor(view.at.channel / width), j: view.at.channel % width } : view.at;
  }

  function moveTo(i, j) {
    const { height, width, row } = mapsOf(node());
    if (i < 0 || j < 0 || i >= height || j >= width) return;
    if (row) {
      if (i * width + j >= node().shape[0]) return;
      view.at = { ...view.at, channel: i * width + j, i: 0, j: 0 };
    } else view.at = { ...view.at, i, j };
    state.at = view.at;
    paintTarget();
    ask();
  }

  function point(event) {
    const box = target.canvas.getBoundingClientRect();
    const { height, width } = mapsOf(node());
    moveTo(Math.floor(((event.clientY - box.top) / box.height) * height), Math.floor(((event.clientX - box.left) / box.width) * width));
  }
  target.element.addEventListener('pointermove', (event) => (event.pointerType === 'mouse' || event.buttons) && (event.movementX || event.movementY) && view.at && point(event));
  target.element.addEventListener('pointerdown', (event) => view.at && point(event));
  target.element.addEventListener('keydown', (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step || !view.at) return;
    event.preventDefault();
    const { i, j } = pixel();
    moveTo(i + step[0], j + step[1]);
  });

  function paintTarget() {
    const values = shownValues(view.at.node);
    const { height, width, row } = mapsOf(node());
    paint(target.canvas, mapValues(node(), values, view.at.channel), height, width, sizeOf(values));
    const { i, j } = pixel();
    target.mark({ top: i, left: j, height: 1, width: 1, stepDown: 1, stepAcross: 1 }, height, width);
    const last = row && state.description.nodes.at(-1).name === view.at.node;
    view.title = row ? `${view.at.node}, output ${last ? `“${state.description.labels[view.at.channel]}”` : view.at.channel}` : `${view.at.node}, map ${view.at.channel}`;
    title.textContent = view.title;
    targetCaption.textContent = `${view.title}: move over it, or use the arrow keys`;
    const value = state.values.get(view.at.node)[row ? view.at.channel : (view.at.channel * height + i) * width + j];
    place.replaceChildren(
      row ? `Output ${view.at.channel}: ` : `Row ${i}, column ${j}: `,
      el('data', { id: 'value', class: 'number big', value: String(value), 'data-value': String(value), title: String(value) }, short(value)),
    );
    if (state.mode === 'backward' && state.back) {
      const gradient = state.back.arrays.get(`value:${view.at.node}`)[row ? view.at.channel : (view.at.channel * height + i) * width + j];
      place.append(' gradient of the loss ', el('data', { id: 'gradient', class: 'number', value: String(gradient), 'data-value': String(gradient), title: String(gradient) }, short(gradient)), gradient > 0 ? ': a larger number here would make the loss larger' : gradient < 0 ? ': a larger number here would make the loss smaller' : ': changes nothing');
    }
  }

  async function ask() {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    element.setAttribute('aria-busy', 'true');
    try {
      do {
        again = false;
        const at = view.at;
        if (node().type === 'input') calculation = null;
        else calculation = await askJson('number', { model: state.model, ...at }, state.pixels);
      } while (again);
      render();
    } catch (failure) {
      worked.replaceChildren(el('p', { class: 'error' }, failure.message));
    } finally {
      asking = false;
      element.removeAttribute('aria-busy');
      element.dataset.shown = `${view.at.node}/${view.at.channel}/${view.at.i}/${view.at.j}`;
    }
  }

  function render() {
    if (!calculation) {
      worked.replaceChildren(el('p', { class: 'hint' }, 'This is where everything begins: a pixel, scaled as the network was trained.'));
      sourceFigure.hidden = true;
      return;
    }
    const { parts, input, channel, place: covered } = working(calculation.kind, calculation.calculation, view);
    const last = state.description.nodes.at(-1).name === view.at.node;
    worked.replaceChildren(...parts, ...(last ? softmax(state.answer, state.description.labels) : []));
    const from = input && state.nodes.get(input);
    sourceFigure.hidden = !from || from.shape.length !== 3;
    if (sourceFigure.hidden) return;
    const values = state.values.get(input);
    const { height, width } = mapsOf(from);
    paint(source.canvas, mapValues(from, values, channel), height, width, sizeOf(values));
    source.mark(covered, height, width);
    sourceCaption.textContent = `reads ${input}, map ${channel}`;
  }

  /** A filter's weights, their gradient, and the weights after the step. */
  function showFilters() {
    filters.replaceChildren();
    const name = `${view.at.node}.weight`;
    const facts = state.description.parameters.find((each) => each.name === name);
    const w = state.weights.get(name);
    if (!facts || !w || facts.shape.length !== 4) return;
    const [, channels, height, width] = facts.shape;
    const learning = state.mode === 'backward' && state.back;
    const kinds = learning ? [['weights', w], ['gradient', state.back.arrays.get(`gradient:${name}`)], ['after the step', state.back.arrays.get(`stepped:${name}`)]] : [['weights', w]];
    filters.append(el('h3', {}, `Filter ${view.at.channel} of ${view.at.node}: ${channels} ${channels > 1 ? 'kernels, one for each input map' : 'kernel'}`));
    for (const [kind, values] of kinds) {
      const size = sizeOf(values);
      const kernels = Array.from({ length: channels }, (_, c) => {
        const canvas = el('canvas', { class: 'pixels kernel', role: 'img', 'aria-label': `${kind}, kernel ${c}` });
        const from = (view.at.channel * channels + c) * height * width;
        paint(canvas, values.subarray(from, from + height * width), height, width, size);
        return canvas;
      });
      filters.append(el('div', { class: 'filter-row' }, el('span', { class: 'hint' }, `${kind} (colours to ±${short(size)})`), el('div', { class: 'kernels' }, ...kernels)));
    }
  }

  return {
    element,
    /** Shows what the state's place says; picture, answer or mode may have changed. */
    show() {
      element.hidden = !state.values;
      if (!state.values) return;
      if (view.at?.node !== state.at.node || view.at?.channel !== state.at.channel) {
        view.source = null;
        stop();
      }
      view.at = state.at;
      const { type } = node();
      text.textContent = `${EXPLAINED[type] ?? `A layer of the kind ${wordFor(type)}.`} `;
      book.href = `/book/${state.mode === 'backward' ? backwardChapter(type) : node().chapter}`;
      paintTarget();
      showFilters();
      ask();
    },
  };
}

function backwardChapter(type) {
  if (type === 'conv2d' || type === 'input') return '09-convolution-backward';
  return type === 'dense' ? '08-fully-connected-backward' : '10-mini-batch-gradient-descent';
}
