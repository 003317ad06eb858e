import type { OwnershipResults } from '#shared/pool/contract.ts';
import { Button, Icon, Row, Sheet } from '../../ui';

interface ResultSheetProps {
  /** `已分派`. */
  verb: string;
  answer: OwnershipResults;
  nameOf: (id: string) => string;
  onClose: () => void;
}

/** What came of each: first what was refused and why, then who has the others. */
export function ResultSheet({ verb, answer, nameOf, onClose }: ResultSheetProps) {
  const { done, refused, list } = answer;
  const sorted = [...list].sort((a, b) => Number(a.ok) - Number(b.ok));
  return (
    <Sheet
      open
      title={`${verb}${done}条${refused > 0 ? `，${refused}条没有成功` : ''}`}
      {...(refused > 0 ? { subtitle: '没有成功的还选着，改一改再试' } : {})}
      onClose={onClose}
      footer={
        <Button block kind="primary" onPress={onClose}>
          知道了
        </Button>
      }
    >
      {sorted.map(({ id, ok, owner, message }) => (
        <Row
          key={id}
          leading={
            <Icon
              name={ok ? 'circle-check' : 'circle-alert'}
              className={ok ? 'result__icon result__icon--done' : 'result__icon result__icon--refused'}
            />
          }
          title={nameOf(id)}
          detail={ok ? (owner ? `${owner.name}跟进` : '在公海') : message}
        />
      ))}
    </Sheet>
  );
}
