type Attributes = Readonly<Record<string, string>>;

/** Makes an element. Text goes in as text nodes only, so nothing of the data is ever read as markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Makes a push button. */
export function button(label: string, attributes: Attributes, onPress: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', onPress);
  return made;
}

/** Sets the text only when it differs, so that live regions and layout are left alone. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** A choice of one among a few, as a group of pressed and unpressed buttons. */
export function choice<T extends string>(
  label: string,
  options: readonly { readonly value: T; readonly text: string }[],
  onChoose: (value: T) => void,
): { readonly root: HTMLElement; show(value: T): void; rename(value: T, text: string): void } {
  const buttons = new Map(
    options.map(({ value, text }) => [value, button(text, { class: 'toggle' }, () => onChoose(value))]),
  );
  const root = element(
    'div',
    { role: 'group', 'aria-label': label, class: 'choice' },
    element('span', { class: 'choice-label', 'aria-hidden': 'true' }, label),
    ...buttons.values(),
  );
  return {
    root,
    show: (value) => {
      for (const [each, made] of buttons) made.setAttribute('aria-pressed', String(each === value));
    },
    rename: (value, text) => {
      const made = buttons.get(value);
      if (made) setText(made, text);
    },
  };
}
