// The update of one weight: the terms of its gradient, then the steps with momentum and learning rate.
import { chapter, el, hint, labelled, named, option, quiet, scrolled, tableOf, td } from '../api.js';
import { terms } from './gradients.js';
import { colourOf, inkOn, short, sizeOf } from './palette.js';
import { askJson } from './server.js';
import { exact, line, number } from './workings.js';

export function updates(state) {
  const momentum = el('input', { type: 'number', id: 'momentum', min: 0, max: 0.99, step: 0.05, value: 0.9, inputmode: 'decimal' });
  const steps = el('input', { type: 'number', id: 'steps', min: 1, max: 10, step: 1, value: 3, inputmode: 'numeric' });
  const bias = quiet({ id: 'choose-bias', onclick: () => choose('bias', view.channel) }, 'Its bias');
  const kernels = el('div', { class: 'tables' });
  const result = el('div', { class: 'update-result', role: 'status' });
  const element = el('section', { class: 'update', 'aria-labelledby': 'update-title', hidden: true },
    el('h3', { id: 'update-title' }, 'One weight, from its gradient to its update'),
    hint('Choose a weight of this filter. ', chapter('10-mini-batch-gradient-descent', 'The chapter on the step')),
    kernels,
    bias, el('details', {}, el('summary', {}, 'Momentum and steps'), el('div', { class: 'fields three' }, labelled('momentum', 'Momentum', momentum), labelled('steps', 'Steps', steps))),
    result);
  const view = { node: '', channel: 0, parameter: '', index: 0, shape: [], source: 0 };
  let asked = 0;

  function choose(parameter, index) {
    view.parameter = `${view.node}.${parameter}`;
    view.index = index;
    for (const button of kernels.querySelectorAll('button')) button.setAttribute('aria-pressed', String(parameter === 'weight' && Number(button.dataset.index) === index));
    bias.setAttribute('aria-pressed', String(parameter === 'bias'));
    show();
  }

  async function show() {
    const mine = ++asked;
    const { label, rate } = state.back; // it may be gone when the answers come
    const about = { model: state.model, label, weight: view.parameter, index: view.index };
    try {
      const [{ gradient, weight, sources }, { steps: made }] = await Promise.all([
        askJson('gradient', about, state.pixels),
        askJson('descent', { ...about, rate, momentum: momentum.value, steps: steps.value }, state.pixels),
      ]);
      if (mine !== asked) return;
      const [{ kind, source }] = sources;
      const rows = made.map((step, k) => el('tr', {}, named(String(k + 1)),
        ...[step.gradient, step.velocity, step.weight, step.stepped, step.loss, step.lossAfter].map((value) => exact(value))));
      const heads = ['step', 'dw', 'v', 'w before', 'w after', 'loss before', 'loss after'];
      const [first] = made;
      result.replaceChildren(
        line(`${view.parameter}[${indices().join(', ')}]: w = `, number(weight), ', dw = ', number(gradient, 'dw')),
        ...(kind === 'Terms' ? terms(source, state.nodes) : []),
        line('v = momentum · v + dw = ', `${momentum.value} · 0 + `, number(first.gradient), ' = ', number(first.velocity)),
        line('w = w − rate · v = ', number(first.weight), ` − ${rate} · `, number(first.velocity), ' = ', number(first.stepped)),
        line('Loss ', number(first.loss), ' → ', number(first.lossAfter, 'descent-loss'), ', with all weights moved by the same rule.'),
        scrolled('The steps', tableOf({ id: 'descent' }, 'The steps on this picture only, on a copy of the weights', heads, rows)));
    } catch (failure) {
      if (mine === asked) result.replaceChildren(el('p', { class: 'error' }, failure.message));
    }
  }

  /** The place, within a filter, of the weight with the largest gradient: what to begin with. */
  function steepestOf(node, from, size) {
    const gradient = state.back.arrays.get(`gradient:${node}.weight`)?.subarray(from, from + size) ?? [0];
    return gradient.reduce((best, each, k) => (Math.abs(each) > Math.abs(gradient[best]) ? k : best), 0);
  }

  function indices() {
    if (!view.parameter.endsWith('.weight')) return [view.index];
    let rest = view.index;
    return view.shape.map((_, k) => {
      const size = view.shape.slice(k + 1).reduce((a, b) => a * b, 1);
      const at = Math.floor(rest / size);
      rest %= size;
      return at;
    });
  }

  /** The kernel of the chosen filter and input map as buttons. */
  function draw(w) {
    const [, channels, height, width] = view.shape;
    const from = (view.channel * channels + view.source) * height * width;
    const values = w.subarray(from, from + height * width);
    const scale = sizeOf(values);
    const rows = Array.from({ length: height }, (_, u) => el('tr', {}, ...Array.from({ length: width }, (__, v) => {
      const index = from + u * width + v;
      const button = el('button', { 'data-index': index, 'aria-pressed': 'false', 'aria-label': `weight of row ${u}, column ${v}: ${short(w[index])}`, onclick: () => choose('weight', index) }, short(Number(w[index].toPrecision(2))));
      const colour = colourOf(w[index], scale);
      button.style.backgroundColor = `rgb(${colour})`;
      button.style.color = inkOn(colour);
      return td(button);
    })));
    const source = el('select', { id: 'update-source', 'aria-label': 'Input map', onchange: () => {
      view.source = Number(source.value);
      draw(w);
      choose('weight', (view.channel * channels + view.source) * height * width);
    } }, ...Array.from({ length: channels }, (_, c) => option(c, `input map ${c}`)));
    source.value = String(view.source);
    kernels.replaceChildren(el('table', { class: 'numbers choose-weight' }, el('caption', {}, `filter ${view.channel} of ${view.node}`), el('tbody', {}, ...rows)), ...(channels > 1 ? [source] : []));
  }

  /** A row of a dense layer: the input is chosen by its number. */
  function drawRow() {
    const [, inputs] = view.shape;
    const input = el('input', { type: 'number', id: 'update-input', min: 0, max: inputs - 1, step: 1, value: view.source, onchange: () => {
      view.source = Math.min(inputs - 1, Math.max(0, Math.round(Number(input.value)) || 0));
      choose('weight', view.channel * inputs + view.source);
    } });
    kernels.replaceChildren(labelled('update-input', `Input of output ${view.channel}, 0 to ${inputs - 1}`, input));
  }

  momentum.addEventListener('change', show);
  steps.addEventListener('change', show);
  return {
    element,
    /** The weights of another node or filter; nothing where it has none, or no gradients are shown. */
    show(node, channel, facts, w, hasBias) {
      element.hidden = !(state.mode === 'backward' && state.back && facts);
      if (element.hidden) return;
      const same = view.node === node && view.channel === channel;
      Object.assign(view, { node, channel, shape: facts.shape });
      const size = facts.shape.slice(1).reduce((a, b) => a * b, 1);
      const steepest = steepestOf(node, channel * size, size);
      if (!same) view.source = Math.floor(steepest / (facts.shape.length === 4 ? facts.shape[2] * facts.shape[3] : 1));
      bias.hidden = !hasBias;
      const keeps = same && view.parameter;
      if (facts.shape.length === 2) drawRow();
      else if (w) draw(w);
      if (keeps) choose(view.parameter.slice(view.parameter.lastIndexOf('.') + 1), view.index);
      else choose('weight', channel * size + steepest);
    },
  };
}
