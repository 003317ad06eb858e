import { leads } from '#shared/leads/contract.ts';
import { idempotencyKey } from '#shared/values/id.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { ApiError, call } from '../api/call';
import { refreshAll, showDetail } from '../api/query';
import { confirm, toast } from '../ui';

/** What a merge, and taking one back, changes elsewhere. */
export const CHANGED_BY_MERGE = [
  leads.list,
  leads.get,
  leads.timeline,
  leads.duplicateGroups,
  workbench.get,
] as const;

/** Takes a merge back and says what became of it. Lives on after the page that started it. */
export async function undoMerge(id: string): Promise<void> {
  try {
    const { lead, restored, kept } = await call(
      leads.undoMerge,
      { params: { id } },
      { idempotencyKey: idempotencyKey() },
    );
    showDetail(leads.get, { params: { id: lead.id } }, lead);
    void refreshAll(...CHANGED_BY_MERGE);
    const stays = kept.length > 0 ? `；${kept.join('、')}保持现在的内容` : '';
    toast(`已恢复“${restored.customerName}”${stays}`);
  } catch (thrown) {
    const words = thrown instanceof ApiError ? thrown.message : '没有撤销成功，请重试';
    toast(words, { kind: 'failed' });
  }
}

export async function askToUndoMerge(id: string, customerName: string): Promise<void> {
  const yes = await confirm({
    title: '撤销合并？',
    message: `“${customerName}”会恢复成单独的线索，它的跟进和待办一起还回去。合并后改过的内容不变。`,
    confirm: '撤销合并',
  });
  if (yes) await undoMerge(id);
}
