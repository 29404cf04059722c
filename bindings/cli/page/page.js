'use strict';
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const body = document.querySelector('tbody');
  const rows = all('tr', body);
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

  const wanted = (data, words) =>
    (!type.value || data.type === type.value) && (!status.value || data.status === status.value) &&
    (!text.value || words().includes(text.value.toLowerCase()));
  const filter = () => {
    let shown = 0;
    for (const row of rows) {
      row.hidden = !wanted(row.dataset, () => row.textContent.toLowerCase());
      shown += !row.hidden;
    }
    for (const span of spans) span.classList.toggle('off', !wanted(span.dataset, () => text.value.toLowerCase()));
    for (const bar of all('.bar')) bar.setAttribute('aria-pressed', String(bar.dataset.type === type.value));
    document.getElementById('shown').textContent = shown === rows.length ? '' : shown + ' / ' + rows.length;
  };
  for (const input of [type, status, text]) input.addEventListener('input', filter);
  for (const bar of all('.bar'))
    bar.addEventListener('click', () => {
      type.value = type.value === bar.dataset.type ? '' : bar.dataset.type;
      filter();
    });

  const collator = new Intl.Collator('zh', {numeric: true});
  all('th').forEach((th, column) => {
    th.querySelector('button').addEventListener('click', () => {
      const down = th.getAttribute('aria-sort') === 'ascending';
      all('th').forEach((other) => other.removeAttribute('aria-sort'));
      th.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const key = (row) => row.children[column].textContent;
      rows.sort((a, b) => collator.compare(key(a), key(b)) * (down ? -1 : 1));
      body.append(...rows);
    });
  });

  const jump = (row) => {
    const pieces = all(`#d${row.dataset.doc} .qm-initiative[data-row="${row.dataset.row}"]`);
    for (const old of all('.here')) old.classList.remove('here');
    for (const piece of pieces) piece.classList.add('here');
    const target = pieces[0] || document.getElementById('d' + row.dataset.doc);
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
