// Questions about a run's steps, which the server answers by training it again: a batch, a weight's origin; forks.
import { answer, el, grouped, h2, hint, labelled, named, note, post, quiet, scrolled, tableOf, td } from './api.js';
import { forkPoint, inWords } from './form.js';

/** The interval between questions for the progress. */
const PAUSE = 400;

/** The pictures of a batch whose gradients are largest. */
const HARDEST = 10;

/** The pictures that are shown at once, and the most. */
const FIRST = 24;
const MOST = 256;

const small = (value) => (value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1) : value.toFixed(4)).replace('-', '−');

/**
 * Asks about a step of a run, and shows the progress with a button that ends it.
 * What fovea replay --json prints; null if it refused, which is said at the place, or was stopped.
 */
export async function ask(run, question, place) {
  const path = `/api/runs/${run}/steps`;
  const bar = el('progress', { max: 1, value: 0, 'aria-label': 'Progress of the training that is repeated' });
  const text = el('span', { class: 'hint', role: 'status' }, 'Starting …');
  let stopped = false;
  const stop = el('button', { class: 'quiet stop-replay', onclick: () => ((stopped = true), post(`${path}/stop`).catch(() => {})) }, 'Stop');
  const box = el('div', {}, el('div', { class: 'row replaying' }, bar, text, stop));
  place.replaceChildren(box);
  try {
    const body = JSON.stringify({ ...question, step: String(question.step) });
    let response = await answer(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    while (response.status === 202) {
      const { done, of } = await response.json();
      if (of > 0) {
        bar.value = done / of;
        text.textContent = `Training again: step ${grouped(done)} of ${grouped(of)}`;
      }
      await new Promise((next) => setTimeout(next, PAUSE));
      response = await answer(`${path}?${new URLSearchParams(question)}`);
    }
    box.replaceChildren();
    return await response.json();
  } catch (failure) {
    box.replaceChildren(stopped ? hint('Stopped.') : el('p', { class: 'error', role: 'alert' }, inWords(failure.message)));
    return null;
  }
}

export const picture = (png, alt) => el('img', { class: 'pixels', src: `data:image/png;base64,${png}`, width: 64, height: 64, alt });

const turned = (before, after) => (before === after ? before : `${before} → ${after}`);

/** Pictures with label, predicted class where it is another, and loss; those that pushed hardest have a frame. */
const batch = (pictures, first) => el('ul', { class: 'pictures batch' }, ...pictures.map((one, k) => el('li', { class: first && k < HARDEST ? first : null, title: `image ${one.image}, gradient ${small(one.gradient)}` },
  picture(one.png, `Image ${one.image}, ${one.class}, predicted ${turned(one.answer, one.answerAfter)}`),
  el('span', {}, one.class, one.answer === one.class && one.answerAfter === one.class ? '' : el('span', { class: one.answerAfter === one.class ? 'good' : 'error' }, ` (${turned(one.answer, one.answerAfter)})`)),
  note(`${one.loss.toFixed(2)} → ${one.lossAfter.toFixed(2)}`))));

/** What happened in a step: its batch, and each parameter's part. */
function told(run, step) {
  const hard = [...step.pictures].sort((a, b) => b.gradient - a.gradient);
  const right = (key) => hard.filter((one) => one[key] === one.class).length;
  const after = hard.reduce((sum, one) => sum + one.lossAfter, 0) / hard.length;
  const row = (name, ...values) => el('tr', {}, named(name), ...values.map((value) => td(small(value))));
  return [
    el('h3', { tabindex: -1 }, `Step ${grouped(step.step)}, epoch ${step.epoch}`),
    el('p', { class: 'row' }, `${hard.length} images: loss ${small(step.loss)} → ${small(after)}, ${right('answer')} → ${right('answerAfter')} correct. `,
      el('a', { class: 'onward', id: 'step-inside', href: `#inside/${run}@${step.step}` }, 'Look inside with these weights')),
    hint(`Before and after the update, those with the largest gradient first; the ${Math.min(HARDEST, hard.length)} that pushed hardest have a frame.${step.mixed ? ' Images are mixtures: name and class are those of the first.' : ''}${hard.length > MOST ? ` The first ${MOST} are shown.` : ''}`),
    batch(hard.slice(0, FIRST), 'hard'),
    hard.length > FIRST ? el('details', {}, el('summary', {}, `The ${hard.length - FIRST} others`), batch(hard.slice(FIRST, MOST))) : '',
    scrolled('Parameters', tableOf({}, 'Norms of each parameter: its values before the step, their gradient, their change.', ['parameter', 'values', 'gradient', 'update', 'update / values'],
      step.parameters.map((one) => row(one.name, one.weight, one.gradient, one.update, one.weight === 0 ? 0 : one.update / one.weight)))),
  ];
}

/** Whether a run is what its folder says. */
const verified = (_, { equal, compared, missing, trusted, difference: { step, what, run, again } = {} }) => [
  el('h3', { tabindex: -1, class: equal ? 'good' : 'error' }, equal ? `All ${grouped(compared)} steps are equal to the bit` : `Not equal ${step ? `after step ${grouped(step)}` : 'before the first step'}`),
  hint(equal ? 'Trained again, it is the same.' : `${what}: the run has ${run}, training again gives ${again}.`,
    trusted ? ` It ${trusted}.` : '', missing.length ? ` Not compared: ${missing.join(', ')}.` : ''),
];

export class StepPanel {
  /** @param page has selected, fork(run, step) */
  constructor(page) {
    this.page = page;
    this.number = el('input', { type: 'number', id: 'step-number', step: 1, inputmode: 'numeric', required: true });
    this.progress = el('div', {});
    this.result = el('div', {});
    this.go = el('button', { type: 'submit', id: 'step-go' }, 'Go there');
    this.verify = quiet({ id: 'step-verify', onclick: () => this.tell({ step: 'verify' }, verified) }, 'Verify the whole run');
    this.element = el('div', { class: 'card step' }, h2('A step'),
      hint('Click on the curve, press Enter there, or type a number: what happened in this step of the chosen run? It is trained again up to there.'),
      el('form', { class: 'row', novalidate: true, onsubmit: (event) => (event.preventDefault(), this.tell({ step: this.number.value }, told)) },
        labelled('step-number', 'Step', this.number), this.go,
        quiet({ id: 'step-fork', onclick: () => this.page.fork(this.number.value || '0') }, 'Continue from here with …'),
        this.verify),
      this.progress, this.result);
  }

  /** Of a search there are no steps; of a finished run all can be verified. */
  show(facts) {
    this.element.hidden = Boolean(facts?.search);
    this.verify.hidden = facts?.state !== 'finished';
  }

  /** Another run, or another step of it, is chosen. */
  choose(step = '') {
    this.number.value = String(step);
    this.go.disabled = this.verify.disabled = false;
    if (step) this.element.scrollIntoView({ block: 'nearest' });
    else {
      this.progress.replaceChildren();
      this.result.replaceChildren();
    }
  }

  async tell(question, shown) {
    const run = this.page.selected;
    this.result.replaceChildren();
    this.go.disabled = this.verify.disabled = true;
    const found = await ask(run, question, this.progress);
    this.go.disabled = this.verify.disabled = false;
    if (!found || run !== this.page.selected) return;
    this.result.replaceChildren(...shown(run, found));
    this.result.querySelector('h3').focus({ preventScroll: true });
  }
}

/** What a fork has changed in its parent, and since when they differ. */
export class Lineage {
  constructor(page) {
    this.page = page;
    this.element = el('div', { class: 'lineage', hidden: true });
  }

  show(one) {
    const [, parent, text] = forkPoint(one.facts?.flags);
    const other = this.page.followed.get(parent);
    const run = this.page.table.runs.find(({ name }) => name === parent);
    const key = [one.name, one.steps.length, other?.steps.length, Boolean(run), parent].join(' ');
    if (key === this.key) return;
    this.key = key;
    this.element.hidden = !parent;
    if (!parent) return;
    const { defaults } = this.page;
    const flag = (of, name) => String(of.flags?.[name] ?? defaults[name] ?? '');
    const names = run ? Object.keys(one.facts.flags).filter((name) => name !== 'fork' && flag(one.facts, name) !== flag(run, name)) : [];
    const before = new Map((other?.steps ?? []).map((line) => [line.step, line.loss]));
    const first = one.steps.find((line) => before.has(line.step) && before.get(line.step) !== line.loss);
    this.element.replaceChildren(
      el('p', {}, `Continues ${run?.title || parent} from step ${Number(text).toLocaleString('en')}${run ? '' : ', a run that is not here'}.`,
        ...names.map((name) => ` Changed: ${name} ${flag(one.facts, name) || '–'}, before ${flag(run, name) || '–'}.`),
        first ? ` The first logged step whose loss differs is ${grouped(first.step)}: ${small(first.loss)}, before ${small(before.get(first.step))}.` : before.size && one.steps.length ? ' No logged loss differs so far.' : ''),
      run ? quiet({ id: 'with-parent', onclick: () => this.page.besides(parent, Number(text)) }, 'Both curves from there') : '');
  }
}
