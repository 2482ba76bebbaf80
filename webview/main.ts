import { vscodeHost } from './host.ts';
import { startPanel } from './views/panel.ts';

const root = document.getElementById('perpscope');
if (!root) throw new Error('the page has no place for the panel');
startPanel(root, vscodeHost());
