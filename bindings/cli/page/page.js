'use strict';
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const body = document.querySelector('tbody');
  const rows = all('tr', body);
  const bars = all('.bar');
  const spans = all('.qm-text .qm-initiative');
  const type = document.getElementById('by-type');
  const status = document.getElementById('by-status');
  const text = document.getElementById('by-text');

  // The first piece of every initiative carries its name; a tooltip tells the rest.
  const seen = new Set();
  for (const span of spans) {
    const key = span.closest('article').id + ' ' + span.dataset.row;
    if (!seen.has(key)) span.classList.add('first');
    seen.add(key);
    span.title = span.dataset.name || span.dataset.type || '';
  }
  for (const mark of all('.qm-text .qm-quantity')) {
    const d = mark.dataset;
    mark.title = [d.relation === 'eq' ? '' : d.relation, [d.low, d.high].filter(Boolean).join(' – '), d.unit]
      .filter(Boolean).join(' ');
  }

  const ofType = (data) => !type.value || data.type === type.value;
  const ofStatus = (data) => !status.value || data.status === status.value;

  // The bars count what the status and the search leave, of every type.
  const draw = (counts) => {
    const count = (bar, part) => counts.get(bar.dataset.type + ' ' + part.className) || 0;
    const total = (bar) => all('i', bar).reduce((sum, part) => sum + count(bar, part), 0);
    const most = Math.max(1, ...bars.map(total));
    for (const bar of bars) {
      for (const part of all('i', bar)) {
        const n = count(bar, part);
        part.style.width = 100 * n / most + '%';
        part.title = part.title.replace(/\d+$/, n);
        part.hidden = !n;
      }
      bar.querySelector('.count').textContent = total(bar);
      bar.setAttribute('aria-pressed', String(bar.dataset.type === type.value));
    }
  };
  const filter = () => {
    const words = text.value.toLowerCase(), counts = new Map();
    let shown = 0;
    for (const row of rows) {
      const data = row.dataset;
      const counted = ofStatus(data) && (!words || row.textContent.toLowerCase().includes(words));
      const key = data.type + ' ' + (/^(done|ongoing|planned)$/.test(data.status) ? data.status : 'other');
      if (counted) counts.set(key, (counts.get(key) || 0) + 1);
      row.hidden = !counted || !ofType(data);
      shown += !row.hidden;
    }
    for (const span of spans) span.classList.toggle('off', !ofType(span.dataset) || !ofStatus(span.dataset));
    draw(counts);
    document.getElementById('shown').textContent = shown === rows.length ? '' : shown + ' / ' + rows.length;
  };
  for (const input of [type, status, text]) input.addEventListener('input', filter);
  for (const bar of bars)
    bar.addEventListener('click', () => {
      type.value = type.value === bar.dataset.type ? '' : bar.dataset.type;
      filter();
    });

  // Amounts go by their unit, then their exact value, which the tooltip has; empty cells come last.
  const collator = new Intl.Collator('zh', {numeric: true});
  const keyOf = (cell, amount) => {
    const [, value, unit] = (amount && /(-?[\d.]+) ?([^;]*)/.exec(cell.title)) || [];
    return {empty: !cell.textContent, text: amount ? unit || '' : cell.textContent, value: Number(value || 0)};
  };
  all('th').forEach((th, column) => {
    th.querySelector('button').addEventListener('click', () => {
      const sign = th.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
      all('th').forEach((other) => other.removeAttribute('aria-sort'));
      th.setAttribute('aria-sort', sign < 0 ? 'descending' : 'ascending');
      const keys = new Map(rows.map((row) => [row, keyOf(row.children[column], 'amount' in th.dataset)]));
      rows.sort((one, other) => {
        const a = keys.get(one), b = keys.get(other);
        return a.empty - b.empty || sign * (collator.compare(a.text, b.text) || a.value - b.value);
      });
      body.append(...rows);
    });
  });

  const jump = (row) => {
    const pieces = all(`#d${row.dataset.doc} .qm-initiative[data-row="${row.dataset.row}"]`);
    for (const old of all('.here')) old.classList.remove('here');
    for (const piece of pieces) piece.classList.add('here');
    const target = pieces[0] || document.getElementById('d' + row.dataset.doc);
    location.hash = 'd' + row.dataset.doc; // so that the browser's Back leads to the row again
    target.scrollIntoView({block: 'center'});
  };
  body.addEventListener('click', (event) => {
    const row = event.target.closest('tr');
    if (!row || String(getSelection())) return;
    event.preventDefault();
    jump(row);
  });
  filter();
})();
