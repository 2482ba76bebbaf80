export function vsixReadme(readme: string): string;
export function commandsNotInstalled(text: string): readonly string[];
