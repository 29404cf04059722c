-- What the sanitizers and valgrind look at; each line says what is expected.
CREATE TABLE reports(name, body);
INSERT INTO reports VALUES('a', '2021年4月7日，工作队争取资金36万余元，硬化道路4.2公里。'), ('b', '张岭村添书600册。张岭村高兴。'), ('c', NULL);
SELECT qianmo_number('三万五'), qianmo_number('许多') IS NULL; -- 35000|1
SELECT count(*), sum(length(q.text)), sum(q.start), sum(q."end") FROM reports, qianmo_quantities(body) q; -- 4|23|49|72
SELECT i.type, q.text FROM reports, qianmo_initiatives(body) i, json_each(i.quantities) m, qianmo_quantities(body) q WHERE q.rowid = m.value AND name = 'a' ORDER BY i.rowid; -- funding|36万余元 roads|4.2公里
SELECT text, link FROM reports, qianmo_entities(body); -- 张岭村| 张岭村|0
CREATE VIRTUAL TABLE f USING fts5(body, tokenize = 'qianmo');
INSERT INTO f SELECT body FROM reports;
INSERT INTO f VALUES('县乡村振兴局的ＡＢＣ公司'), (CAST(x'ffe4bfaee8b7aff09f' AS TEXT));
INSERT INTO f(f) VALUES('integrity-check');
SELECT highlight(f, 0, '[', ']') FROM f WHERE f MATCH '振兴 AND abc'; -- 县乡村[振兴局]的[ＡＢＣ]公司
CREATE VIRTUAL TABLE g USING fts5(body, tokenize = 'qianmo coarse'); -- error
