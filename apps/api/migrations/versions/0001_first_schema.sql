-- The first schema: extensions, functions, the functions' role, then the tables by feature.

create extension if not exists btree_gin;
create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- what search compares: lower case, no accents
create function fold(value text) returns text
  language sql immutable strict parallel safe
  return lower(unaccent('unaccent'::regdictionary, value));

create function words(list text[]) returns text
  language sql immutable strict parallel safe
  return array_to_string(list, ' ');

-- every update of a versioned row, also one made by a foreign key's action
create function touch() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  new.updated_at := now();
  return new;
end $$;

-- A role belongs to the whole cluster: another database may have made it, this very moment.
do $$ begin
  if not exists (select from pg_roles where rolname = 'mocshelf_app') then
    create role mocshelf_app login;
  end if;
exception when duplicate_object or unique_violation then
  null;
end $$;

-- What a session needs is set on the role, because RDS Proxy pins a session that issues `set`.
select show_limit();  -- loads pg_trgm; before that only a superuser may set its parameter
do $$ begin
  if (select rolconfig from pg_roles where rolname = 'mocshelf_app') is distinct from
     array['pg_trgm.word_similarity_threshold=0.5', 'statement_timeout=8s', 'idle_in_transaction_session_timeout=15s']
  then
    alter role mocshelf_app set pg_trgm.word_similarity_threshold = 0.5;
    alter role mocshelf_app set statement_timeout = '8s';
    alter role mocshelf_app set idle_in_transaction_session_timeout = '15s';
  end if;
  -- Where there is IAM authentication it is the only way in: the role has no password.
  if exists (select from pg_roles where rolname = 'rds_iam') then
    grant rds_iam to mocshelf_app;
  end if;
end $$;

-- Rows, and nothing else.
revoke create on schema public from public, mocshelf_app;
do $$ begin
  execute 'revoke temporary on database ' || quote_ident(current_database()) || ' from public';
end $$;
alter default privileges grant select, insert, update, delete on tables to mocshelf_app;

create table moc_instructions (
  id                 uuid primary key default gen_random_uuid(),
  user_id            text not null,
  type               text not null check (type in ('moc', 'set')),
  title              text not null check (char_length(title) between 1 and 255),
  description        text check (char_length(description) <= 5000),
  author             text check (char_length(author) between 1 and 255),
  parts_count        integer check (parts_count between 1 and 1000000),
  theme              text check (char_length(theme) between 1 and 100),
  subtheme           text check (char_length(subtheme) between 1 and 100),
  uploaded_date      timestamptz,
  brand              text check (char_length(brand) between 1 and 255),
  set_number         text check (char_length(set_number) between 1 and 50),
  release_year       smallint check (release_year >= 1950),
  retired            boolean,
  tags               text[] not null default '{}' check (cardinality(tags) <= 20),
  thumbnail_url      text check (char_length(thumbnail_url) <= 2048),  -- an address the user gave, or
  thumbnail_file_id  uuid,                                             -- one of the MOC's image files
  total_piece_count  bigint check (total_piece_count >= 0),            -- null: no parts list
  version            bigint not null default 1,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  search             tsvector not null generated always as (
                       setweight(to_tsvector('simple', fold(title)), 'A') ||
                       setweight(to_tsvector('simple', fold(words(tags))), 'B') ||
                       setweight(to_tsvector('simple', fold(coalesce(description, ''))), 'C')) stored,
  search_text        text not null generated always as (fold(title || ' ' || words(tags))) stored,
  unique (user_id, title),
  unique (id, user_id),
  check (thumbnail_url is null or thumbnail_file_id is null),
  check (case type
           when 'moc' then author is not null and parts_count is not null
                       and brand is null and release_year is null and retired is null
           else brand is not null and set_number is not null and retired is not null
                       and author is null and uploaded_date is null
         end)
);
create index on moc_instructions (user_id, updated_at, id);
create index on moc_instructions (user_id, created_at, id);
create index on moc_instructions (user_id, (lower(title)) collate "C", id);
create index on moc_instructions using gin (user_id, tags);
create index on moc_instructions using gin (user_id, search);
create index on moc_instructions using gin (user_id, search_text gin_trgm_ops);
create trigger touch before update on moc_instructions for each row execute function touch();

create table moc_files (
  id                 uuid primary key default gen_random_uuid(),
  moc_id             uuid not null,
  user_id            text not null,
  file_type          text not null check (file_type in ('instruction', 'parts-list', 'thumbnail', 'gallery-image')),
  original_filename  text not null check (char_length(original_filename) between 1 and 255),
  mime_type          text not null,          -- the type found, not the one declared
  size_bytes         bigint not null check (size_bytes > 0),
  sha256             bytea not null check (octet_length(sha256) = 32),
  object_key         text not null unique,
  created_at         timestamptz not null default now(),
  unique (moc_id, original_filename),
  unique (id, moc_id),
  foreign key (moc_id, user_id) references moc_instructions (id, user_id) on delete cascade
);
create index on moc_files (moc_id, created_at, id);
alter table moc_instructions add foreign key (thumbnail_file_id, id)
  references moc_files (id, moc_id) on delete set null (thumbnail_file_id);

create table gallery_albums (
  id              uuid primary key default gen_random_uuid(),
  user_id         text not null,
  title           text not null check (char_length(title) between 1 and 200),
  description     text check (char_length(description) <= 2000),
  cover_image_id  uuid,
  version         bigint not null default 1,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  search          tsvector not null generated always as (
                    setweight(to_tsvector('simple', fold(title)), 'A') ||
                    setweight(to_tsvector('simple', fold(coalesce(description, ''))), 'C')) stored,
  search_text     text not null generated always as (fold(title)) stored,
  unique (id, user_id)
);
create index on gallery_albums (user_id, created_at, id);
create index on gallery_albums using gin (user_id, search);
create index on gallery_albums using gin (user_id, search_text gin_trgm_ops);
create trigger touch before update on gallery_albums for each row execute function touch();

create table gallery_images (
  id             uuid primary key default gen_random_uuid(),
  user_id        text not null,
  title          text not null check (char_length(title) between 1 and 200),
  description    text check (char_length(description) <= 2000),
  tags           text[] not null default '{}' check (cardinality(tags) <= 20),
  album_id       uuid,
  image_key      text not null unique,
  thumbnail_key  text not null unique,
  width          integer not null check (width > 0),
  height         integer not null check (height > 0),
  size_bytes     bigint not null check (size_bytes > 0),
  sha256         bytea not null check (octet_length(sha256) = 32),   -- of the bytes that were uploaded
  flagged        boolean not null default false,
  version        bigint not null default 1,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  search         tsvector not null generated always as (
                   setweight(to_tsvector('simple', fold(title)), 'A') ||
                   setweight(to_tsvector('simple', fold(words(tags))), 'B') ||
                   setweight(to_tsvector('simple', fold(coalesce(description, ''))), 'C')) stored,
  search_text    text not null generated always as (fold(title || ' ' || words(tags))) stored,
  unique (id, user_id),
  foreign key (album_id, user_id) references gallery_albums (id, user_id) on delete set null (album_id)
);
create index on gallery_images (user_id, created_at, id);
create index on gallery_images (user_id, created_at, id) where album_id is null;
create index on gallery_images (album_id, created_at, id) where album_id is not null;
create index on gallery_images using gin (user_id, search);
create index on gallery_images using gin (user_id, search_text gin_trgm_ops);
create trigger touch before update on gallery_images for each row execute function touch();
alter table gallery_albums add foreign key (cover_image_id, user_id)
  references gallery_images (id, user_id) on delete set null (cover_image_id);
create index on gallery_albums (cover_image_id) where cover_image_id is not null;

create table gallery_flags (
  id          uuid primary key default gen_random_uuid(),
  image_id    uuid not null references gallery_images (id) on delete cascade,
  user_id     text not null,                 -- who flagged, not who owns the image
  reason      text check (char_length(reason) <= 500),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  unique (image_id, user_id)
);

create table moc_gallery_images (
  id                uuid primary key default gen_random_uuid(),
  user_id           text not null,
  moc_id            uuid not null,
  gallery_image_id  uuid not null,
  created_at        timestamptz not null default now(),
  unique (moc_id, gallery_image_id),
  foreign key (moc_id, user_id) references moc_instructions (id, user_id) on delete cascade,
  foreign key (gallery_image_id, user_id) references gallery_images (id, user_id) on delete cascade
);
create index on moc_gallery_images (gallery_image_id);

create table moc_parts_lists (
  id                    uuid primary key default gen_random_uuid(),
  moc_id                uuid not null,
  user_id               text not null,
  file_id               uuid,
  title                 text not null check (char_length(title) between 1 and 255),
  description           text check (char_length(description) <= 5000),
  notes                 text check (char_length(notes) <= 5000),
  status                text not null default 'planning' check (status in ('planning', 'in_progress', 'completed')),
  built                 boolean not null default false,
  purchased             boolean not null default false,
  format                text not null default 'manual',
  receipt               jsonb,                        -- null when written by hand
  total_parts           integer not null default 0 check (total_parts >= 0),            -- non-spare lines
  completed_parts       integer not null default 0 check (completed_parts between 0 and total_parts),
  total_parts_count     bigint not null default 0 check (total_parts_count between 0 and 10000000),   -- pieces
  acquired_parts_count  bigint not null default 0 check (acquired_parts_count between 0 and total_parts_count),
  spare_parts_count     bigint not null default 0 check (spare_parts_count >= 0),
  cost_estimate         numeric(12, 2) check (cost_estimate >= 0),
  actual_cost           numeric(12, 2) check (actual_cost >= 0),
  version               bigint not null default 1,
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  foreign key (moc_id, user_id) references moc_instructions (id, user_id) on delete cascade,
  foreign key (file_id, moc_id) references moc_files (id, moc_id) on delete set null (file_id)
);
create index on moc_parts_lists (moc_id, created_at, id);
create index on moc_parts_lists (user_id);
create index on moc_parts_lists (file_id) where file_id is not null;
create trigger touch before update on moc_parts_lists for each row execute function touch();

create table moc_parts (
  id                 uuid primary key default gen_random_uuid(),
  parts_list_id      uuid not null references moc_parts_lists (id) on delete cascade,
  line               integer not null check (line > 0),
  part_number        text not null check (char_length(part_number) between 1 and 64),
  part_scheme        text not null default 'unknown'
                       check (part_scheme in ('rebrickable', 'bricklink', 'ldraw', 'lego', 'element', 'brickowl', 'unknown')),
  kind               text not null default 'part' check (kind in ('part', 'minifig', 'gear')),
  part_name          text check (char_length(part_name) <= 255),
  category           text check (char_length(category) <= 255),
  color_id           bigint check (color_id between -9999999999 and 9999999999),
  color_scheme       text not null default 'unknown'
                       check (color_scheme in ('rebrickable', 'bricklink', 'ldraw', 'lego', 'brickowl', 'unknown')),
  color_name         text check (char_length(color_name) <= 100),
  element_id         text check (char_length(element_id) between 1 and 20),
  quantity           integer not null check (quantity between 1 and 10000000),   -- a record has up to 1,000,000
  spare              boolean not null default false,
  acquired_quantity  integer not null default 0 check (acquired_quantity between 0 and quantity),
  other              jsonb,                                   -- ids the file gave in further schemes
  source_line        text,
  notes              text[] not null default '{}',
  unique (parts_list_id, line)
);

create table wishlist_items (
  id            uuid primary key default gen_random_uuid(),
  user_id       text not null,
  title         text not null check (char_length(title) between 1 and 200),
  description   text check (char_length(description) <= 2000),
  product_link  text check (char_length(product_link) <= 2048),
  category      text check (char_length(category) between 1 and 100),
  sort_order    text collate "C" not null check (char_length(sort_order) between 1 and 64),
  image_url     text check (char_length(image_url) <= 2048),   -- an address the user gave, or
  image_key     text unique,                                   -- the object we keep
  image_width   integer,
  image_height  integer,
  version       bigint not null default 1,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  search        tsvector not null generated always as (
                  setweight(to_tsvector('simple', fold(title)), 'A') ||
                  setweight(to_tsvector('simple', fold(coalesce(category, ''))), 'B') ||
                  setweight(to_tsvector('simple', fold(coalesce(description, ''))), 'C')) stored,
  search_text   text not null generated always as (fold(title || ' ' || coalesce(category, ''))) stored,
  unique (id, user_id),
  check (image_url is null or image_key is null),
  check ((image_key is null) = (image_width is null) and (image_key is null) = (image_height is null))
);
create index on wishlist_items (user_id, sort_order, id);
create index on wishlist_items (user_id, category, sort_order, id);
create index on wishlist_items using gin (user_id, search);
create index on wishlist_items using gin (user_id, search_text gin_trgm_ops);
create trigger touch before update on wishlist_items for each row execute function touch();

create table avatars (
  user_id     text primary key,
  object_key  text not null unique,
  version     bigint not null default 1,
  updated_at  timestamptz not null default now()
);
create trigger touch before update on avatars for each row execute function touch();

create table upload_sessions (
  id           uuid primary key default gen_random_uuid(),
  user_id      text not null,
  purpose      text not null check (purpose in ('moc-file', 'parts-list', 'gallery-image', 'wishlist-image', 'avatar')),
  method       text not null default 'POST' check (method in ('POST', 'PUT')),
  moc_id       uuid,
  item_id      uuid,
  album_id     uuid,
  version      bigint not null default 1,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  expires_at   timestamptz not null default now() + interval '24 hours',
  finished_at  timestamptz,                  -- set when no file is waiting, received or processing
  foreign key (moc_id, user_id) references moc_instructions (id, user_id) on delete cascade,
  foreign key (item_id, user_id) references wishlist_items (id, user_id) on delete cascade,
  foreign key (album_id, user_id) references gallery_albums (id, user_id) on delete set null (album_id),
  check ((moc_id is not null) = (purpose in ('moc-file', 'parts-list'))),
  check ((item_id is not null) = (purpose = 'wishlist-image')),
  check (album_id is null or purpose = 'gallery-image')
);
create index on upload_sessions (user_id, created_at);
create index on upload_sessions (moc_id) where moc_id is not null;
create index on upload_sessions (item_id) where item_id is not null;
create index on upload_sessions (album_id) where album_id is not null;
create index on upload_sessions (expires_at) where finished_at is null;
create index on upload_sessions (finished_at) where finished_at is not null;
create trigger touch before update on upload_sessions for each row execute function touch();

create table upload_files (
  id             uuid primary key default gen_random_uuid(),
  session_id     uuid not null references upload_sessions (id) on delete cascade,
  position       smallint not null,
  name           text not null check (char_length(name) between 1 and 255),
  size_bytes     bigint not null check (size_bytes > 0),
  content_type   text not null,
  sha256         bytea check (octet_length(sha256) = 32),            -- if the client gave it
  kind           text check (kind in ('instruction', 'parts-list', 'thumbnail', 'gallery-image')),
  title          text,
  description    text,
  tags           text[] not null default '{}',
  scheme         text check (scheme in ('rebrickable', 'bricklink', 'ldraw', 'lego', 'unknown')),
  partial        boolean not null default false,
  derive         boolean not null default true,                      -- .io instructions: cover and parts list too
  object_key     text not null unique,                               -- under incoming/
  url_expires_at timestamptz not null default now() + interval '1 hour',
  status         text not null default 'waiting'
                   check (status in ('waiting', 'received', 'processing', 'ready', 'rejected')),
  attempts       smallint not null default 0,
  lease_until    timestamptz,                                        -- while processing
  reason         jsonb,                                              -- {code, message, details}
  resource_type  text check (resource_type in ('moc-file', 'parts-list', 'image', 'wishlist-item', 'user')),
  resource_id    text,
  derived        jsonb not null default '[]',                        -- [{type, id}]
  notes          text[] not null default '{}',
  updated_at     timestamptz not null default now(),
  unique (session_id, position),
  unique (session_id, name),
  check ((status = 'rejected') = (reason is not null)),
  check ((status = 'ready') = (resource_id is not null) and (resource_id is null) = (resource_type is null))
);
create index on upload_files (status, lease_until) where status in ('received', 'processing');

create table outbox (
  id            bigint generated always as identity primary key,
  topic         text not null check (topic in ('index', 'picture')),
  entity        text not null check (entity in ('moc', 'image', 'album', 'wishlist', 'user')),
  entity_id     text not null,
  user_id       text not null,
  version       bigint not null,             -- the row's; for a deleted row its last version + 1
  created_at    timestamptz not null default now(),
  available_at  timestamptz not null default now() + interval '1 minute',   -- when the sweep may send it
  attempts      integer not null default 0,
  last_error    text
);
create index on outbox (available_at);
create index on outbox (entity, entity_id);

create table idempotency_keys (
  user_id       text not null,
  key           text not null check (char_length(key) between 1 and 255),
  request_hash  bytea not null check (octet_length(request_hash) = 32),
  status        smallint,
  headers       jsonb,
  body          text,
  created_at    timestamptz not null default now(),
  expires_at    timestamptz not null default now() + interval '24 hours',
  primary key (user_id, key)
);
create index on idempotency_keys (expires_at);

create table object_deletions (
  object_key  text primary key,
  due_at      timestamptz not null default now(),
  created_at  timestamptz not null default now(),
  attempts    integer not null default 0
);
create index on object_deletions (due_at);
