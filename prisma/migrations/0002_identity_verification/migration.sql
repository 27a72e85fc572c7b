-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "verified" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "settings" (
    "workspace_id" UUID NOT NULL,
    "identity_verification" TEXT NOT NULL DEFAULT 'off',

    CONSTRAINT "settings_pkey" PRIMARY KEY ("workspace_id")
);

-- CreateTable
CREATE TABLE "identity_secret" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "secret" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" JSONB NOT NULL,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "identity_secret_pkey" PRIMARY KEY ("workspace_id","id")
);
