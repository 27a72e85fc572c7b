-- Who is signed in to the dashboard, and the links that sign in once. Both are found by workspace and hash, which is
-- what the text of a cookie or a code holds.

-- CreateTable
CREATE TABLE "dashboard_session" (
    "workspace_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "key_id" UUID NOT NULL,
    "agent_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "dashboard_session_pkey" PRIMARY KEY ("workspace_id","hash")
);

-- CreateTable
CREATE TABLE "sign_in_code" (
    "workspace_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "key_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_code_pkey" PRIMARY KEY ("workspace_id","hash")
);

-- CreateIndex
CREATE INDEX "dashboard_session_workspace_id_expires_at_idx" ON "dashboard_session"("workspace_id", "expires_at");

-- CreateIndex
CREATE INDEX "sign_in_code_workspace_id_expires_at_idx" ON "sign_in_code"("workspace_id", "expires_at");

-- AddForeignKey
ALTER TABLE "dashboard_session" ADD CONSTRAINT "dashboard_session_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_in_code" ADD CONSTRAINT "sign_in_code_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
