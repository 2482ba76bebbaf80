export function writeFigures(page: string, command: string, figures: string): Promise<void>;
