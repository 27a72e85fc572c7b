/** Builds the dashboard into dist/dashboard; `npx vite --config src/dashboard/vite.config.ts` shows it while it is worked on. */
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** A server that runs on its usual port answers what the page asks while it is developed. */
const SERVER = 'http://127.0.0.1:4000';

/** Tools find their configuration as a default export. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/dashboard/',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../../dist/dashboard',
    emptyOutDir: true,
    // The page's policy allows no data addresses for scripts, and inlined files cannot be cached by name.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    proxy: { '/api': SERVER, '/graphql': SERVER, '/dashboard/session': SERVER },
  },
});
