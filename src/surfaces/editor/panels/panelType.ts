/** The view type of chart panels, in a file of its own so that naming it loads nothing else. */
export const PANEL_TYPE = 'perpscope.charts';
