import * as vscode from 'vscode';
import type { Asset } from '../../core/ids.ts';
import { assetChoices, type AssetChoice } from './assetChoices.ts';
import type { MarketSession } from './marketSession.ts';

type Item = vscode.QuickPickItem & { readonly choice: AssetChoice };

/** Lets the user choose an asset by searching what the exchanges list; undefined where the list was left. */
export async function chooseAsset(session: MarketSession): Promise<Asset | undefined> {
  const listed = await session.listedAssets();
  const current = session.settings.statusBarAsset;
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = 'Asset in the status bar';
  picker.placeholder =
    listed.length === 0
      ? 'Ticker, for example SOL; the lists of the exchanges have not been read yet'
      : `Search ${listed.length} assets that the exchanges list`;
  const draw = (): void => {
    const choices = assetChoices({ typed: picker.value, current, followed: session.assets, listed });
    picker.items = choices.map(itemOf);
  };
  draw();
  return new Promise((resolve) => {
    picker.onDidChangeValue(draw);
    picker.onDidAccept(() => {
      const asset = picker.selectedItems[0]?.choice.asset;
      // A line that only says something is not taken.
      if (asset === undefined) return;
      resolve(asset);
      picker.hide();
    });
    picker.onDidHide(() => {
      resolve(undefined);
      picker.dispose();
    });
    picker.show();
  });
}

function itemOf(choice: AssetChoice): Item {
  const { label, description, isAnswer } = choice;
  return {
    label: choice.asset === undefined ? `$(circle-slash) ${label}` : label,
    ...(description === undefined ? {} : { description }),
    ...(isAnswer === undefined ? {} : { alwaysShow: true }),
    choice,
  };
}
