// The pictures of a cell of the confusion matrix.
import { busy, el, get, grouped, hint, note, quiet } from './api.js';

const MOST = 60;

export class Cells {
  /** The matrix has its numbers as buttons with data-cell. */
  constructor(matrix) {
    this.element = el('div', { class: 'card', id: 'cell', hidden: true });
    matrix.addEventListener('click', (event) => {
      const button = event.target.closest('[data-cell]');
      if (button) busy(button, () => this.open(...button.dataset.cell.split('/'), button));
    });
  }

  show(run) {
    this.run = run;
    this.element.hidden = true;
  }

  async open(label, predicted, button) {
    const found = await get(`/api/runs/${this.run}/cell?label=${label}&predicted=${predicted}`);
    const [is, said] = [found.classes[label], found.classes[predicted]];
    const close = quiet({ onclick: () => ((this.element.hidden = true), button.isConnected && button.focus()) }, 'Close');
    const title = el('h2', { tabindex: -1 }, is === said ? `${is}, predicted correctly` : `${is}, predicted as ${said}`);
    this.element.replaceChildren(el('div', { class: 'row controls' }, title, close),
      hint(`${grouped(found.images.length)} of the first ${grouped(found.tested)} test images, by the latest weights.${found.images.length > MOST ? ` The first ${MOST}:` : ''}`),
      el('ul', { class: 'pictures' }, ...found.images.slice(0, MOST).map((index) => el('li', {}, el('img', { class: 'pixels', src: `/api/data/${found.data}/test/${index}`, width: 64, height: 64, loading: 'lazy', alt: `Test image ${index}, ${is}` }), note(String(index))))));
    this.element.hidden = false;
    this.element.scrollIntoView({ block: 'nearest' });
    title.focus();
  }
}
