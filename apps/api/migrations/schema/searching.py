"""What search stands on: the words each user has used, and the functions that find and weigh with them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from migrations.schema.foundations import also, metadata, owner
from migrations.schema.gallery import gallery_albums, gallery_images
from migrations.schema.mocs import moc_instructions
from migrations.schema.wishlist import wishlist_items

# Not unique, so that two writers never wait for each other.
search_words = Table(
    "search_words",
    metadata,
    owner(),
    Column("word", Text, nullable=False),
    Index(None, "user_id", "word"),
)

LEARN_WORDS = """
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
end $$
"""

# The user's words that differ from a folded one by so many letters added, left out, changed or swapped.
WORDS_LIKE = """
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
"""

# What to search for: `needed` finds the rows, the lists (a query a word) weigh them.
SEARCH_TERMS = """
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
"""

# The sum over the words: 3 in the title, 2 in a tag or category, 1 in the description, half of that when spelled
# differently; what need not occur counts half. A function of SQL would be started anew for each row, at five times
# the cost.
SEARCH_SCORE = """
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
"""

for _statement in (WORDS_LIKE, SEARCH_TERMS, SEARCH_SCORE):
    also(search_words, "after_create", _statement)

also(metadata, "before_create", LEARN_WORDS)
for _table in (moc_instructions, gallery_albums, gallery_images, wishlist_items):
    _when = f"after insert or update on {_table.name}"
    also(_table, "after_create", f"create trigger learn_words {_when} for each row execute function learn_words()")
