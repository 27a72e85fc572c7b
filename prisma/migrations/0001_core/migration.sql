-- The tables of identity and ingestion. Made by `npm run migrate:diff` and completed by hand with what Prisma cannot
-- say: extensions, collations, fill factors. Runs on PostgreSQL 14 and newer.

-- Trigram search inside words; a workspace id in the same index as the trigrams.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- CreateTable
CREATE TABLE "workspace" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash_key" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "hint" TEXT NOT NULL,
    "scopes" TEXT[],
    "origins" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" JSONB,
    "last_used_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity_lock" (
    "workspace_id" UUID NOT NULL,

    CONSTRAINT "identity_lock_pkey" PRIMARY KEY ("workspace_id")
);

-- Fill factor 70: counts, last-seen times and registers change in place without touching an index (heap-only updates).
-- CreateTable
CREATE TABLE "record" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "parent_id" UUID,
    "parent_merge_id" UUID,
    "canonical_id" UUID NOT NULL,
    "answered" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3),
    "event_count" INTEGER NOT NULL DEFAULT 0,
    "page_view_count" INTEGER NOT NULL DEFAULT 0,
    "session_count" INTEGER NOT NULL DEFAULT 0,
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "record_pkey" PRIMARY KEY ("workspace_id","id")
) WITH (fillfactor = 70);

-- CreateTable
CREATE TABLE "identifier" (
    "workspace_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "record_id" UUID NOT NULL,

    CONSTRAINT "identifier_pkey" PRIMARY KEY ("workspace_id","kind","value")
);

-- Sort columns compare by bytes: the same order on every database, and one a cursor can continue.
-- CreateTable
CREATE TABLE "profile" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "user_id" TEXT,
    "name" TEXT,
    "email" TEXT,
    "phone" TEXT,
    "avatar_url" TEXT,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "company_id" UUID,
    "location" JSONB,
    "browser" JSONB,
    "os" JSONB,
    "device" JSONB,
    "registers" JSONB NOT NULL DEFAULT '{}',
    "identified" BOOLEAN NOT NULL DEFAULT false,
    "known" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "name_folded" TEXT,
    "email_folded" TEXT,
    "name_sort" TEXT COLLATE "C" NOT NULL,
    "email_sort" TEXT COLLATE "C" NOT NULL,
    "search_words" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "profile_pkey" PRIMARY KEY ("workspace_id","id")
) WITH (fillfactor = 70);

-- CreateTable
CREATE TABLE "profile_activity" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3),
    "event_count" INTEGER NOT NULL DEFAULT 0,
    "page_view_count" INTEGER NOT NULL DEFAULT 0,
    "session_count" INTEGER NOT NULL DEFAULT 0,
    "message_count" INTEGER NOT NULL DEFAULT 0,
    "conversation_count" INTEGER NOT NULL DEFAULT 0,
    "last_seen_minute" TIMESTAMPTZ(3),
    "event_count_log2" SMALLINT NOT NULL DEFAULT 0,
    "session_count_log2" SMALLINT NOT NULL DEFAULT 0,
    "message_count_log2" SMALLINT NOT NULL DEFAULT 0,

    CONSTRAINT "profile_activity_pkey" PRIMARY KEY ("workspace_id","id")
) WITH (fillfactor = 70);

-- CreateTable
CREATE TABLE "merge" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "source_record_id" UUID NOT NULL,
    "target_record_id" UUID NOT NULL,
    "target_survivor_id" UUID NOT NULL,
    "registers" JSONB NOT NULL DEFAULT '{}',
    "plan_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "by" JSONB NOT NULL,
    "undone_at" TIMESTAMPTZ(3),
    "undone_by" JSONB,
    "lifted_by_merge_id" UUID,

    CONSTRAINT "merge_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "visitor_edit" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "field" TEXT NOT NULL,
    "value" JSONB,
    "by" JSONB NOT NULL,
    "edited_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "visitor_edit_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "merge_suggestion" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "source_record_id" UUID NOT NULL,
    "target_record_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "dismissed_at" TIMESTAMPTZ(3),

    CONSTRAINT "merge_suggestion_pkey" PRIMARY KEY ("workspace_id","id")
);

-- Message ids compare by bytes, as the process that folds a batch compares them.
-- CreateTable
CREATE TABLE "session" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "client_id" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "last_activity_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "page_view_count" INTEGER NOT NULL DEFAULT 0,
    "landing_url" TEXT,
    "landing_at" TIMESTAMPTZ(3),
    "landing_message" TEXT COLLATE "C",
    "referrer" TEXT,
    "referrer_at" TIMESTAMPTZ(3),
    "referrer_message" TEXT COLLATE "C",
    "utm" JSONB,
    "utm_at" TIMESTAMPTZ(3),
    "utm_message" TEXT COLLATE "C",

    CONSTRAINT "session_pkey" PRIMARY KEY ("workspace_id","id")
) WITH (fillfactor = 70);

-- CreateTable
CREATE TABLE "page_view" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "session_id" UUID,
    "url" TEXT NOT NULL,
    "page" TEXT,
    "title" TEXT,
    "referrer" TEXT,
    "timestamp" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,

    CONSTRAINT "page_view_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "event" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "session_id" UUID,
    "name" TEXT NOT NULL,
    "properties" JSONB NOT NULL,
    "timestamp" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "message_id" (
    "workspace_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "received_on" DATE NOT NULL,

    CONSTRAINT "message_id_pkey" PRIMARY KEY ("workspace_id","hash")
);

-- CreateTable
CREATE TABLE "company" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "registers" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "company_pkey" PRIMARY KEY ("workspace_id","id")
) WITH (fillfactor = 70);

-- CreateTable
CREATE TABLE "attribute_key" (
    "workspace_id" UUID NOT NULL,
    "owner" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "types" TEXT[],
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "attribute_key_pkey" PRIMARY KEY ("workspace_id","owner","key")
);

-- CreateTable
CREATE TABLE "event_name" (
    "workspace_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "event_name_pkey" PRIMARY KEY ("workspace_id","name")
);

-- CreateTable
CREATE TABLE "ingestion_issue" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "pointer" TEXT,
    "item_type" TEXT,
    "key_id" UUID NOT NULL,
    "message_hash" BYTEA,
    "identifier_hash" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ingestion_issue_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "idempotency" (
    "workspace_id" UUID NOT NULL,
    "key_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "request_hash" BYTEA NOT NULL,
    "status" INTEGER,
    "body" JSONB,
    "headers" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("workspace_id","key_id","hash")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key"("hash");

-- CreateIndex
CREATE INDEX "api_key_workspace_id_created_at_idx" ON "api_key"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "record_workspace_id_canonical_id_idx" ON "record"("workspace_id", "canonical_id");

-- CreateIndex
CREATE INDEX "record_workspace_id_parent_id_idx" ON "record"("workspace_id", "parent_id");

-- CreateIndex
CREATE INDEX "identifier_workspace_id_record_id_idx" ON "identifier"("workspace_id", "record_id");

-- CreateIndex
CREATE INDEX "profile_activity_workspace_id_last_seen_minute_idx" ON "profile_activity"("workspace_id", "last_seen_minute");

-- CreateIndex
CREATE INDEX "profile_activity_workspace_id_first_seen_at_id_idx" ON "profile_activity"("workspace_id", "first_seen_at", "id");

-- CreateIndex
CREATE INDEX "profile_workspace_id_name_sort_id_idx" ON "profile"("workspace_id", "name_sort", "id");

-- CreateIndex
CREATE INDEX "profile_workspace_id_email_sort_id_idx" ON "profile"("workspace_id", "email_sort", "id");

-- CreateIndex
CREATE INDEX "profile_workspace_id_email_folded_id_idx" ON "profile"("workspace_id", "email_folded", "id");

-- CreateIndex
CREATE INDEX "profile_activity_workspace_id_event_count_log2_idx" ON "profile_activity"("workspace_id", "event_count_log2");

-- CreateIndex
CREATE INDEX "profile_activity_workspace_id_session_count_log2_idx" ON "profile_activity"("workspace_id", "session_count_log2");

-- CreateIndex
CREATE INDEX "profile_activity_workspace_id_message_count_log2_idx" ON "profile_activity"("workspace_id", "message_count_log2");

-- CreateIndex
CREATE INDEX "profile_workspace_id_company_id_idx" ON "profile"("workspace_id", "company_id");

-- CreateIndex
CREATE INDEX "profile_name_folded_trgm" ON "profile" USING GIN ("workspace_id" uuid_ops, "name_folded" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "profile_email_folded_trgm" ON "profile" USING GIN ("workspace_id" uuid_ops, "email_folded" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "profile_attributes" ON "profile" USING GIN ("workspace_id" uuid_ops, "attributes" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "profile_search_words_trgm" ON "profile" USING GIN ("workspace_id" uuid_ops, "search_words" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "merge_workspace_id_source_record_id_idx" ON "merge"("workspace_id", "source_record_id");

-- CreateIndex
CREATE INDEX "merge_workspace_id_target_record_id_idx" ON "merge"("workspace_id", "target_record_id");

-- CreateIndex
CREATE INDEX "visitor_edit_workspace_id_record_id_edited_at_idx" ON "visitor_edit"("workspace_id", "record_id", "edited_at");

-- CreateIndex
CREATE INDEX "idempotency_workspace_id_created_at_idx" ON "idempotency"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "merge_suggestion_workspace_id_target_record_id_idx" ON "merge_suggestion"("workspace_id", "target_record_id");

-- CreateIndex
CREATE UNIQUE INDEX "merge_suggestion_workspace_id_source_record_id_target_recor_key" ON "merge_suggestion"("workspace_id", "source_record_id", "target_record_id", "reason");

-- CreateIndex
CREATE INDEX "session_workspace_id_record_id_started_at_id_idx" ON "session"("workspace_id", "record_id", "started_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "session_workspace_id_record_id_client_id_key" ON "session"("workspace_id", "record_id", "client_id");

-- CreateIndex
CREATE INDEX "page_view_workspace_id_record_id_timestamp_id_idx" ON "page_view"("workspace_id", "record_id", "timestamp", "id");

-- CreateIndex
CREATE INDEX "page_view_workspace_id_session_id_timestamp_id_idx" ON "page_view"("workspace_id", "session_id", "timestamp", "id");

-- CreateIndex
CREATE INDEX "event_workspace_id_record_id_timestamp_id_idx" ON "event"("workspace_id", "record_id", "timestamp", "id");

-- CreateIndex
CREATE INDEX "event_workspace_id_name_timestamp_idx" ON "event"("workspace_id", "name", "timestamp");

-- CreateIndex
CREATE UNIQUE INDEX "company_workspace_id_external_id_key" ON "company"("workspace_id", "external_id");

-- CreateIndex
CREATE INDEX "ingestion_issue_workspace_id_created_at_id_idx" ON "ingestion_issue"("workspace_id", "created_at", "id");

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record" ADD CONSTRAINT "record_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record" ADD CONSTRAINT "record_workspace_id_parent_id_fkey" FOREIGN KEY ("workspace_id", "parent_id") REFERENCES "record"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "identifier" ADD CONSTRAINT "identifier_workspace_id_record_id_fkey" FOREIGN KEY ("workspace_id", "record_id") REFERENCES "record"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "profile_activity" ADD CONSTRAINT "profile_activity_workspace_id_id_fkey" FOREIGN KEY ("workspace_id", "id") REFERENCES "profile"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "profile" ADD CONSTRAINT "profile_workspace_id_id_fkey" FOREIGN KEY ("workspace_id", "id") REFERENCES "record"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "profile" ADD CONSTRAINT "profile_workspace_id_company_id_fkey" FOREIGN KEY ("workspace_id", "company_id") REFERENCES "company"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "visitor_edit" ADD CONSTRAINT "visitor_edit_workspace_id_record_id_fkey" FOREIGN KEY ("workspace_id", "record_id") REFERENCES "record"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_workspace_id_record_id_fkey" FOREIGN KEY ("workspace_id", "record_id") REFERENCES "record"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "page_view" ADD CONSTRAINT "page_view_workspace_id_record_id_fkey" FOREIGN KEY ("workspace_id", "record_id") REFERENCES "record"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event" ADD CONSTRAINT "event_workspace_id_record_id_fkey" FOREIGN KEY ("workspace_id", "record_id") REFERENCES "record"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "company" ADD CONSTRAINT "company_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
