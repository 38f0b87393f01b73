// `GET /api/mocs` as Drizzle, pg, Zod and the AWS SDK answer it, for API Gateway's events.
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { and, arrayContains, asc, count, desc, eq, getTableColumns, sql, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { boolean, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { Pool } from "pg";
import { z } from "zod";

const instant = (name: string) => timestamp(name, { withTimezone: true });

const mocs = pgTable("moc_instructions", {
  id: uuid("id").primaryKey(),
  userId: uuid("user_id").notNull(),
  type: text("type").notNull(),
  title: text("title").notNull(),
  description: text("description"),
  author: text("author"),
  partsCount: integer("parts_count"),
  theme: text("theme"),
  subtheme: text("subtheme"),
  uploadedDate: instant("uploaded_date"),
  brand: text("brand"),
  setNumber: text("set_number"),
  releaseYear: integer("release_year"),
  retired: boolean("retired"),
  tags: text("tags").array().notNull(),
  thumbnailUrl: text("thumbnail_url"),
  thumbnailFileId: uuid("thumbnail_file_id"),
  totalPieceCount: integer("total_piece_count"),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});

const files = pgTable("moc_files", {
  id: uuid("id").primaryKey(),
  objectKey: text("object_key").notNull(),
});

const Query = z.object({
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  type: z.enum(["moc", "set"]).optional(),
  theme: z.string().trim().min(1).max(100).optional(),
  tag: z.string().trim().min(1).max(50).optional(),
  sort: z.enum(["updatedAt", "createdAt", "title", "partsCount"]).default("updatedAt"),
  order: z.enum(["asc", "desc"]).optional(),
});
type Query = z.infer<typeof Query>;

interface Event {
  queryStringParameters?: Record<string, string>;
  requestContext: { authorizer?: { jwt: { claims: Record<string, string> } } };
}

// A Lambda function answers one request at a time, so it needs one connection.
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
const db = drizzle(pool);
const s3 = new S3Client({});

const { thumbnailFileId, ...columns } = getTableColumns(mocs);

export async function handler(event: Event) {
  const owner = event.requestContext.authorizer?.jwt.claims.sub;
  if (owner === undefined) return answer(401, { success: false, errors: ["Sign in first."] });
  const query = Query.safeParse(event.queryStringParameters ?? {});
  if (!query.success) {
    return answer(400, { success: false, errors: query.error.issues.map((issue) => issue.message) });
  }
  return answer(200, await listMocs(owner, query.data));
}

async function listMocs(owner: string, query: Query) {
  const wanted = and(
    eq(mocs.userId, owner),
    query.type === undefined ? undefined : eq(mocs.type, query.type),
    query.theme === undefined ? undefined : eq(mocs.theme, query.theme),
    query.tag === undefined ? undefined : arrayContains(mocs.tags, [query.tag]),
  );
  const rows = await db
    .select({ moc: columns, thumbnailKey: files.objectKey })
    .from(mocs)
    .leftJoin(files, eq(files.id, thumbnailFileId))
    .where(wanted)
    .orderBy(...ordered(query))
    .limit(query.limit)
    .offset((query.page - 1) * query.limit);
  const [counted] = await db.select({ total: count() }).from(mocs).where(wanted);
  const data = await Promise.all(rows.map(({ moc, thumbnailKey }) => shown(moc, thumbnailKey)));
  return { success: true, data, total: counted.total, page: query.page, limit: query.limit };
}

function ordered(query: Query): SQL[] {
  const column = {
    updatedAt: sql`${mocs.updatedAt}`,
    createdAt: sql`${mocs.createdAt}`,
    title: sql`lower(${mocs.title}) collate "C"`,
    partsCount: sql`${mocs.partsCount}`,
  }[query.sort];
  const order = query.order ?? (query.sort === "title" ? "asc" : "desc");
  return order === "asc" ? [sql`${column} asc nulls last`, asc(mocs.id)] : [sql`${column} desc nulls last`, desc(mocs.id)];
}

async function shown<Moc extends { thumbnailUrl: string | null }>(moc: Moc, key: string | null): Promise<Moc> {
  if (key === null) return moc;
  const object = new GetObjectCommand({ Bucket: process.env.FILES_BUCKET, Key: key });
  return { ...moc, thumbnailUrl: await getSignedUrl(s3, object, { expiresIn: 7200 }) };
}

function answer(statusCode: number, body: unknown) {
  return { statusCode, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}
