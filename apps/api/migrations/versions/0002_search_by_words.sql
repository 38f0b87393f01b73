-- Search by words: brick sizes are one word however they are written, and a word that is spelled a little
-- differently is looked up among the owner's own words, so that every search is a search of whole words.

create extension if not exists fuzzystrmatch;

-- what search compares: lower case, no accents, brick sizes as one word, nothing but blanks between words
create or replace function fold(value text) returns text
  language sql immutable strict parallel safe
  return lower(regexp_replace(
    unaccent('unaccent'::regdictionary, regexp_replace(
      normalize(value, nfkc),
      '(?<=[0-9])(?:[ \t\r\n\u00a0]*[xX\u00d7][ \t\r\n\u00a0]*|[ \t\r\n\u00a0]+[bB][yY][ \t\r\n\u00a0]+)(?=[0-9])',
      'x', 'g')),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf]+', ' ', 'g'));

-- A column made anew is filled by rewriting the table: no trigger runs, and no version grows.
alter table moc_instructions drop column search, drop column search_text,
  add column search tsvector not null generated always as (
    setweight(to_tsvector('simple', fold(title)), 'A') ||
    setweight(to_tsvector('simple', fold(words(tags))), 'B') ||
    setweight(to_tsvector('simple', fold(coalesce(description, ''))), 'C')) stored;
create index on moc_instructions using gin (user_id, search);

alter table gallery_albums drop column search, drop column search_text,
  add column search tsvector not null generated always as (
    setweight(to_tsvector('simple', fold(title)), 'A') ||
    setweight(to_tsvector('simple', fold(coalesce(description, ''))), 'C')) stored;
create index on gallery_albums using gin (user_id, search);

alter table gallery_images drop column search, drop column search_text,
  add column search tsvector not null generated always as (
    setweight(to_tsvector('simple', fold(title)), 'A') ||
    setweight(to_tsvector('simple', fold(words(tags))), 'B') ||
    setweight(to_tsvector('simple', fold(coalesce(description, ''))), 'C')) stored;
create index on gallery_images using gin (user_id, search);

alter table wishlist_items drop column search, drop column search_text,
  add column search tsvector not null generated always as (
    setweight(to_tsvector('simple', fold(title)), 'A') ||
    setweight(to_tsvector('simple', fold(coalesce(category, ''))), 'B') ||
    setweight(to_tsvector('simple', fold(coalesce(description, ''))), 'C')) stored;
create index on wishlist_items using gin (user_id, search);

-- The words a user has used anywhere. Not unique, so that two writers never wait for each other;
-- a word that is no longer used stays, and finds nothing.
create table search_words (
  user_id  text not null,
  word     text not null
);
create index on search_words (user_id, word);

create function learn_words() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or new.search is distinct from old.search then
    insert into search_words (user_id, word)
    select new.user_id, used.word
      from unnest(tsvector_to_array(new.search)) as used (word)
     where char_length(used.word) between 3 and 34 and used.word !~ '^[0-9]+$'
       and not exists (select from search_words w where w.user_id = new.user_id and w.word = used.word);
  end if;
  return null;
end $$;
create trigger learn_words after insert or update on moc_instructions for each row execute function learn_words();
create trigger learn_words after insert or update on gallery_albums for each row execute function learn_words();
create trigger learn_words after insert or update on gallery_images for each row execute function learn_words();
create trigger learn_words after insert or update on wishlist_items for each row execute function learn_words();

insert into search_words (user_id, word)
select distinct used.user_id, used.word
  from (select user_id, unnest(tsvector_to_array(search)) from moc_instructions
        union all select user_id, unnest(tsvector_to_array(search)) from gallery_albums
        union all select user_id, unnest(tsvector_to_array(search)) from gallery_images
        union all select user_id, unnest(tsvector_to_array(search)) from wishlist_items) as used (user_id, word)
 where char_length(used.word) between 3 and 34 and used.word !~ '^[0-9]+$';

-- The user's words that differ from a folded one by so many letters added, left out, changed or swapped.
create function words_like(owner text, folded text, edits integer) returns setof text
  language sql stable parallel safe
begin atomic
  select distinct near.word
    from (select w.word, levenshtein_less_equal(w.word, folded, edits + 1) as distance
            from search_words w
           where w.user_id = owner and edits > 0 and w.word <> folded
             and char_length(w.word) between char_length(folded) - edits and char_length(folded) + edits) near
   where near.distance <= edits
      or near.distance = edits + 1 and exists (
         select from generate_series(1, char_length(folded) - 1) as place (n)
          where levenshtein_less_equal(
                  near.word,
                  overlay(folded placing reverse(substr(folded, place.n, 2)) from place.n for 2),
                  edits - 1) <= edits - 1);
end;

-- What to search for: `needed` finds the rows, the lists (a query a word) weigh them. Words that need not occur
-- have no letter to spare either.
create function search_terms(owner text, typed text[], edits integer[], extra text[])
  returns table (needed tsquery, title tsquery[], tag tsquery[], title_like tsquery[], other tsquery[],
                 optional tsquery[])
  language sql stable parallel safe
begin atomic
  -- Materialized, or folding would be done again for each of the user's words.
  with folded as materialized (
    select term.place, term.edits, btrim(fold(term.word)) as word
      from unnest(typed, edits) with ordinality as term (word, edits, place)
  ), terms as (
    select folded.place, quote_literal(folded.word) as word, alike.words
      from folded cross join lateral (
        select array_agg(quote_literal(near.word)) as words
          from words_like(owner, folded.word, folded.edits) as near (word)) as alike
     where folded.word <> ''
  )
  select string_agg('(' || array_to_string(word || words, '|') || ')', '&')::tsquery,
         array_agg((word || ':A')::tsquery order by place),
         array_agg((word || ':B')::tsquery order by place),
         array_agg((array_to_string(words, ':A|') || ':A')::tsquery order by place),
         array_agg(concat_ws('|', word || ':C', array_to_string(words, ':B|') || ':B')::tsquery order by place),
         (select array_agg(quote_literal(folded.letter)::tsquery)
            from (select btrim(fold(letter)) from unnest(extra) as typed (letter)) as folded (letter)
           where folded.letter <> '')
    from terms;
end;

-- The sum over the words: 3 in the title, 2 in a tag or category, 1 in the description, half of that when spelled
-- differently; what need not occur counts half. A function of SQL would be started anew for each row, at five times
-- the cost.
create function search_score(document tsvector, title tsquery[], tag tsquery[], title_like tsquery[], other tsquery[],
                             optional tsquery[]) returns real
  language plpgsql immutable parallel safe as $$
declare
  total real := 0;
  letter tsquery;
begin
  for place in 1 .. coalesce(cardinality(title), 0) loop
    total := total + case when document @@ title[place] then 3 when document @@ tag[place] then 2
                          when document @@ title_like[place] then 1.5 when document @@ other[place] then 1
                          else 0.5 end;
  end loop;
  if optional is not null then
    foreach letter in array optional loop
      total := total + case when document @@ letter then 0.5 else 0 end;
    end loop;
  end if;
  return total;
end $$;
