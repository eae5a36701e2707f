// One map in detail: where the kernel lies, the numbers under it, the sum; in learning mode the gradients.
import { el, hint, note, quiet } from '../api.js';
import { askJson } from './server.js';
import { mapValues, mapsOf, wordFor } from './network.js';
import { scores, wordsOf } from './outputs.js';
import { bordered, paint, short, sizeOf } from './palette.js';
import { origin } from './origin.js';
import { updates } from './learning.js';
import { gradientWorking, working } from './workings.js';

const EXPLAINED = {
  input: 'The network’s input: one number for each pixel.',
  conv2d: 'A small kernel of weights slides over its input. Everywhere it multiplies weight by number and adds up: large where the input looks like the kernel.',
  max_pool2d: 'Of each window only the largest number stays: the map shrinks, and small shifts matter less.',
  avg_pool2d: 'Each window becomes its mean: the map shrinks.',
  batch_norm2d: 'Each map is brought to mean 0 and deviation 1 as measured in training, then scaled and shifted by two learned numbers.',
  relu: 'Numbers below zero become zero. Without this nonlinearity, many layers could do no more than one.',
  dense: 'Every output weighs all inputs: the products are added up.',
  add: 'Adds the numbers of two paths.',
};

/** Milliseconds a pixel, of a window that slides by itself. */
const PACE = 350;

/** Lines drawn to the chosen map at most, and kernels of one filter. */
const LINES = 12;
const KERNELS = 64;

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

/** What to do with a map: by pointer and keys, or by finger. */
const TOUCH = matchMedia('(pointer: coarse)').matches;
const HOW = TOUCH ? 'tap a pixel' : 'move over it, or use the arrow keys';

/** onfeeds receives the maps that feed the chosen number. */
export function details(state, onfeeds) {
  const title = el('h2', { id: 'details-title' }, 'The calculation of one number');
  const text = hint();
  const book = el('a', { target: '_blank', rel: 'noopener' }, 'Read the chapter');
  const source = board('Input');
  const sourceCaption = el('figcaption');
  const target = board('Map; arrow keys move the pixel', true);
  const targetCaption = el('figcaption');
  const place = el('p', { class: 'equation', id: 'place', role: 'status' });
  const worked = el('div', { class: 'worked', id: 'working' });
  const filters = el('div', { class: 'filters' });
  const slide = quiet({ id: 'slide', 'aria-pressed': 'false', onclick: () => (sliding ? stop() : start()) }, 'Let it slide');
  const sourceFigure = el('figure', {}, sourceCaption, source.element);
  const targetFigure = el('figure', {}, targetCaption, target.element, el('div', { class: 'row slide-row' }, slide));
  const stage = el('div', { class: 'stage' }, sourceFigure, targetFigure, el('div', { class: 'text' }, place, worked));
  const update = updates(state);
  const roots = origin(state);
  const element = el('section', { class: 'card details', id: 'details', 'aria-labelledby': 'details-title' }, title, hint(text, book), stage, filters, roots.element, update.element);

  const view = {
    source: null,
    at: null,
    title: '',
    kernels: new Map(),
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
  const isBackward = () => state.mode === 'backward' && state.back;
  const shownValues = (name) => (isBackward() ? state.back.arrays.get(`value:${name}`) : state.values.get(name));

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
    slide.hidden = !['conv2d', 'max_pool2d', 'avg_pool2d'].includes(node().type); // what has a window
    paint(target.canvas, mapValues(node(), values, view.at.channel), height, width, sizeOf(values));
    target.canvas.style.aspectRatio = row ? '1' : `${width} / ${height}`;
    const { i, j } = pixel();
    target.mark({ top: i, left: j, height: 1, width: 1, stepDown: 1, stepAcross: 1 }, height, width);
    const last = row && state.description.nodes.at(-1).name === view.at.node;
    view.title = row ? `${view.at.node}, output ${last ? `“${state.description.labels[view.at.channel]}”` : view.at.channel}` : `${view.at.node}, map ${view.at.channel}`;
    title.textContent = view.title;
    targetCaption.textContent = `${isBackward() ? 'gradient of ' : ''}${view.title}: ${HOW}`;
    const value = state.values.get(view.at.node)[row ? view.at.channel : (view.at.channel * height + i) * width + j];
    place.replaceChildren(
      row ? `Output ${view.at.channel}: ` : `Row ${i}, column ${j}: `,
      el('data', { id: 'value', class: 'number big', value: String(value), 'data-value': String(value), title: String(value) }, short(value)),
    );
    if (isBackward()) {
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
        const { pixels } = state;
        let made = null;
        if (isBackward()) made = { back: await askJson('gradient', { model: state.model, label: state.back.label, ...at }, pixels) };
        else if (node().type !== 'input') made = await askJson('number', { model: state.model, ...at }, pixels);
        calculation = made;
        await state.need(readBy(made));
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

  /** The nodes whose maps a working shows. */
  function readBy(made) {
    if (!made) return [];
    if (made.back) return made.back.sources.map(({ source }) => source.output);
    const { maps, input } = made.calculation;
    return [maps ?? input];
  }

  function render() {
    const none = { parts: [hint('The input: a pixel, scaled as in training.')], input: null, feeds: [] };
    const isLast = state.description.nodes.at(-1).name === view.at.node;
    const made = !calculation ? none : calculation.back ? gradientWorking(calculation.back, view, state) : working(calculation.kind, calculation.calculation, view);
    worked.replaceChildren(...made.parts, ...(isLast && !calculation?.back ? scores(state.description, state.answer) : []));
    onfeeds([...made.feeds].sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength)).slice(0, LINES));
    const input = made.output ?? made.input;
    const from = input && state.nodes.get(input);
    const values = from && from.shape.length === 3 && shownValues(input);
    sourceFigure.hidden = !values;
    stage.classList.toggle('alone', !values);
    if (!values) return;
    const { height, width } = mapsOf(from);
    const border = made.padding ?? 0;
    const [rows, columns] = [height + 2 * border, width + 2 * border];
    paint(source.canvas, bordered(mapValues(from, values, made.channel), height, width, border), rows, columns, sizeOf(values));
    source.canvas.style.aspectRatio = `${columns} / ${rows}`;
    source.mark(made.place && { ...made.place, top: made.place.top + border, left: made.place.left + border }, rows, columns);
    sourceCaption.textContent = calculation.back ? `dy: gradient of ${input}, map ${made.channel}` : `reads ${input}, map ${made.channel}${border ? '; grey: padding' : ''}`;
  }

  /** A filter's weights, their gradient, and the weights after the step; then the update of one of them. */
  async function showFilters() {
    const { node: at, channel } = view.at;
    const name = `${at}.weight`;
    const facts = state.description.parameters.find((each) => each.name === name);
    const fits = facts && (facts.shape.length === 4 || facts.shape.length === 2);
    const w = fits ? (await state.weightsOf(at)).get(name) : null;
    if (at !== view.at.node || channel !== view.at.channel) return;
    filters.replaceChildren();
    const bias = state.description.parameters.some((each) => each.name === `${at}.bias`);
    update.show(at, channel, fits ? facts : null, w, bias);
    roots.show(at, channel, fits ? facts : null);
    if (!w || facts.shape.length !== 4) return;
    const [, channels, height, width] = facts.shape;
    const all = [['weights', w], ...(isBackward() ? [['gradient', state.back.arrays.get(`gradient:${name}`)], ['after the step', state.back.arrays.get(`stepped:${name}`)]] : [])];
    filters.append(el('h3', {}, `Filter ${channel} of ${at}: ${channels} ${channels > 1 ? 'kernels, one for each input map' : 'kernel'}`));
    for (const [kind, values] of all.filter(([, each]) => each)) {
      const size = sizeOf(values);
      const kernels = Array.from({ length: Math.min(KERNELS, channels) }, (_, c) => {
        const canvas = el('canvas', { class: `pixels kernel${kind === 'weights' ? ' pick' : ''}`, role: 'img', 'aria-label': `${kind}, kernel ${c}`, onclick: (event) => kind === 'weights' && roots.choose(at, channel, c, canvas, event) });
        const from = (channel * channels + c) * height * width;
        paint(canvas, values.subarray(from, from + height * width), height, width, size);
        return canvas;
      });
      const first = channels > KERNELS ? `the first ${KERNELS}, ` : '';
      filters.append(el('div', { class: 'filter-row' }, note(`${kind} (${first}colours to ±${short(size)})`), el('div', { class: 'kernels' }, ...kernels)));
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
      view.kernels = new Map(state.description.parameters.filter(({ shape }) => shape.length === 4).map((each) => [each.node, each.shape[3]]));
      const { type } = node();
      const isLast = state.description.nodes.at(-1).name === view.at.node;
      text.textContent = `${EXPLAINED[type] ?? `A layer of the kind ${wordFor(type)}.`}${isLast ? ` ${wordsOf(state.description).layer}` : ''} `;
      book.href = `/book/${isBackward() ? backwardChapter(type) : node().chapter}`;
      paintTarget();
      showFilters().catch((failure) => filters.replaceChildren(el('p', { class: 'error' }, failure.message)));
      ask();
    },
  };
}

function backwardChapter(type) {
  if (type === 'conv2d' || type === 'input') return '09-convolution-backward';
  return type === 'dense' ? '08-fully-connected-backward' : '10-mini-batch-gradient-descent';
}
