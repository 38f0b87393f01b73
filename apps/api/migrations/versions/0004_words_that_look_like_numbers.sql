-- PostgreSQL's parser reads the start of `14e620dff` as the number 14e620 and the rest as another word, while what is
-- typed stays one word. A doubled e is no exponent, so both stay one.

create or replace function fold(value text) returns text
  language sql immutable strict parallel safe
  return regexp_replace(lower(regexp_replace(
    unaccent('unaccent'::regdictionary, regexp_replace(
      normalize(value, nfkc),
      '(?<=[0-9])(?:[ \t\r\n\u00a0]*[xX\u00d7][ \t\r\n\u00a0]*|[ \t\r\n\u00a0]+[bB][yY][ \t\r\n\u00a0]+)(?=[0-9])',
      'x', 'g')),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf]+', ' ', 'g')),
    '(?<=[0-9])e(?=[0-9])', 'ee', 'g');
