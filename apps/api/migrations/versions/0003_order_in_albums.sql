-- Albums in the order their owners like: an image stands in its album as if it had been added at `album_place`, the
-- latest first, and by its age as long as it has none. What knows nothing of places still finds its images by the
-- index, which begins with the album.
alter table gallery_images add column album_place timestamptz;
create index on gallery_images (album_id, coalesce(album_place, created_at), id) where album_id is not null;
drop index gallery_images_album_id_created_at_id_idx;

-- The order is the album's: moving an image in it changes neither the image's version nor its search document.
create or replace trigger touch before update on gallery_images for each row
  when (old.album_place is not distinct from new.album_place or old.album_id is distinct from new.album_id)
  execute function touch();
