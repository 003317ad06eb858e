import { Text, View } from '@tarojs/components';
import { FILE_KIND_LABELS } from '#shared/files/contract.ts';
import type { TicketDetail } from '#shared/service-tickets/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { Card, SectionHeader } from '../ui';
import { PhotoGrid, type WaitingPhoto } from './photo-grid';
import './ticket-part.scss';

interface TicketProblemProps {
  ticket: TicketDetail;
  /** Those that wait on this phone. */
  photos: readonly WaitingPhoto[];
  now: Instant;
  /** Takes a photo of the fault. */
  onAdd: (() => void) | undefined;
}

/** What was reported. */
export function TicketProblem({ ticket, photos, now, onAdd }: TicketProblemProps) {
  const shown = ticket.files.filter(({ kind }) => kind === 'problem');
  const waiting = photos.filter(({ kind }) => kind === 'problem');
  const started = ticket.solution !== null;
  return (
    <>
      <SectionHeader title="问题" />
      <Card inset>
        <Text className="ticket__text" userSelect selectable>
          {ticket.problemDescription ?? '报修时没有写描述'}
        </Text>
        {(shown.length > 0 || waiting.length > 0 || (onAdd && !started)) && (
          <View className="ticket__block">
            <Text className="ticket__label">{FILE_KIND_LABELS.problem}</Text>
            <PhotoGrid
              photos={shown}
              waiting={waiting}
              label={FILE_KIND_LABELS.problem}
              onAdd={started ? undefined : onAdd}
            />
          </View>
        )}
        <View className="ticket__block">
          <Text className="ticket__label">
            {`${ticket.creator.name} 报于 ${formatAbsolute(ticket.reportedAt, now)}`}
          </Text>
        </View>
      </Card>
    </>
  );
}
