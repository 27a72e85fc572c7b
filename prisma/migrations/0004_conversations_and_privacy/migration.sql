-- Conversations, tags and notes; and what privacy needs: erasures with their chain of receipts, what is suppressed
-- since, holds, exports, retention, and who does the recurring work.

-- AlterTable
ALTER TABLE "idempotency" ADD COLUMN     "outlives_erasure" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "merge" ADD COLUMN     "erased_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "tags" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "profile_activity" ADD COLUMN     "first_contact_at" TIMESTAMPTZ(3),
ADD COLUMN     "last_message_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "record" ADD COLUMN     "anonymized_at" TIMESTAMPTZ(3),
ADD COLUMN     "anonymized_by" JSONB,
ADD COLUMN     "conversation_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "erased_at" TIMESTAMPTZ(3),
ADD COLUMN     "first_contact_at" TIMESTAMPTZ(3),
ADD COLUMN     "last_message_at" TIMESTAMPTZ(3),
ADD COLUMN     "message_count" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "conversation" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "subject" TEXT,
    "status" TEXT NOT NULL DEFAULT 'open',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "by" JSONB,
    "last_message_at" TIMESTAMPTZ(3) NOT NULL,
    "message_count" INTEGER NOT NULL DEFAULT 0,
    "unread_by_visitor" INTEGER NOT NULL DEFAULT 0,
    "unread_by_agents" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "conversation_pkey" PRIMARY KEY ("workspace_id","id")
) WITH (fillfactor = 70);

-- CreateTable
CREATE TABLE "message" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "author" TEXT NOT NULL,
    "author_name" TEXT,
    "by" JSONB,
    "type" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "read_at" TIMESTAMPTZ(3),

    CONSTRAINT "message_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "visitor_tag" (
    "workspace_id" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "tag" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "by" JSONB NOT NULL,

    CONSTRAINT "visitor_tag_pkey" PRIMARY KEY ("workspace_id","record_id","tag")
);

-- CreateTable
CREATE TABLE "note" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "body" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "by" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3),
    "updated_by" JSONB,

    CONSTRAINT "note_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "legal_hold" (
    "workspace_id" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "by" JSONB NOT NULL,

    CONSTRAINT "legal_hold_pkey" PRIMARY KEY ("workspace_id","record_id")
);

-- CreateTable
CREATE TABLE "erasure" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "deleted_at" TIMESTAMPTZ(3) NOT NULL,
    "by" JSONB NOT NULL,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "identifier_hashes" TEXT[],
    "record_ids" UUID[],
    "total" INTEGER NOT NULL,
    "done" INTEGER NOT NULL DEFAULT 0,
    "position" INTEGER,
    "previous_hash" TEXT,
    "hash" TEXT,

    CONSTRAINT "erasure_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "suppression" (
    "workspace_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "erasure_id" UUID,

    CONSTRAINT "suppression_pkey" PRIMARY KEY ("workspace_id","hash")
);

-- CreateTable
CREATE TABLE "visitor_export" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "format" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "by" JSONB NOT NULL,
    "link_hash" BYTEA,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "visitor_export_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "retention" (
    "workspace_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "days" INTEGER NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "by" JSONB NOT NULL,

    CONSTRAINT "retention_pkey" PRIMARY KEY ("workspace_id","kind")
);

-- CreateTable
CREATE TABLE "job_lease" (
    "name" TEXT NOT NULL,
    "holder" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "last_run_at" TIMESTAMPTZ(3),
    "last_result" JSONB,

    CONSTRAINT "job_lease_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "conversation_workspace_id_record_id_last_message_at_id_idx" ON "conversation"("workspace_id", "record_id", "last_message_at", "id");

-- CreateIndex
CREATE INDEX "conversation_workspace_id_last_message_at_id_idx" ON "conversation"("workspace_id", "last_message_at", "id");

-- CreateIndex
CREATE INDEX "conversation_workspace_id_status_last_message_at_id_idx" ON "conversation"("workspace_id", "status", "last_message_at", "id");

-- CreateIndex
CREATE INDEX "conversation_workspace_id_unread_by_agents_idx" ON "conversation"("workspace_id", "unread_by_agents");

-- CreateIndex
CREATE INDEX "message_workspace_id_conversation_id_sent_at_id_idx" ON "message"("workspace_id", "conversation_id", "sent_at", "id");

-- CreateIndex
CREATE INDEX "note_workspace_id_record_id_created_at_id_idx" ON "note"("workspace_id", "record_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "erasure_workspace_id_position_key" ON "erasure"("workspace_id", "position");

-- CreateIndex
CREATE INDEX "suppression_workspace_id_erasure_id_idx" ON "suppression"("workspace_id", "erasure_id");

-- CreateIndex
CREATE INDEX "visitor_export_workspace_id_record_id_idx" ON "visitor_export"("workspace_id", "record_id");

-- CreateIndex
CREATE UNIQUE INDEX "visitor_export_workspace_id_link_hash_key" ON "visitor_export"("workspace_id", "link_hash");

-- CreateIndex
CREATE INDEX "profile_tags" ON "profile" USING GIN ("workspace_id" uuid_ops, "tags" array_ops);

-- AddForeignKey
ALTER TABLE "conversation" ADD CONSTRAINT "conversation_workspace_id_record_id_fkey" FOREIGN KEY ("workspace_id", "record_id") REFERENCES "record"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_workspace_id_conversation_id_fkey" FOREIGN KEY ("workspace_id", "conversation_id") REFERENCES "conversation"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "visitor_tag" ADD CONSTRAINT "visitor_tag_workspace_id_record_id_fkey" FOREIGN KEY ("workspace_id", "record_id") REFERENCES "record"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "note" ADD CONSTRAINT "note_workspace_id_record_id_fkey" FOREIGN KEY ("workspace_id", "record_id") REFERENCES "record"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "legal_hold" ADD CONSTRAINT "legal_hold_workspace_id_record_id_fkey" FOREIGN KEY ("workspace_id", "record_id") REFERENCES "record"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "visitor_export" ADD CONSTRAINT "visitor_export_workspace_id_record_id_fkey" FOREIGN KEY ("workspace_id", "record_id") REFERENCES "record"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
