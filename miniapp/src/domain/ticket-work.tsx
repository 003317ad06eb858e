import { Text, View } from '@tarojs/components';
import { FILE_KIND_LABELS } from '#shared/files/contract.ts';
import { PAYMENT_STATUS_LABELS, type TicketDetail } from '#shared/service-tickets/contract.ts';
import { formatYuan, fromFen, toFen } from '#shared/values/money.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { Card, cx, Icon, Row, SectionHeader } from '../ui';
import { PhotoGrid, type WaitingPhoto } from './photo-grid';
import { SignatureImage } from './signature-pad';
import './ticket-part.scss';
import type { TicketPhotoKind } from './ticket-photos';
import { useOpenFile } from './use-open-file';

const WORK_KINDS = ['before', 'after', 'check_in', 'attachment'] as const;

interface TicketWorkProps {
  ticket: TicketDetail;
  /** Those that wait on this phone. */
  photos: readonly WaitingPhoto[];
  now: Instant;
  /** Takes a photo, on site. */
  onAdd: ((kind: TicketPhotoKind) => void) | undefined;
}

/** What was done about it, what it cost, and what the customer said to it. */
export function TicketWork(props: TicketWorkProps) {
  const { ticket, photos, now, onAdd } = props;
  const groups = WORK_KINDS.map((kind) => ({
    kind,
    shown: ticket.files.filter((file) => file.kind === kind && file.width !== null),
    waiting: photos.filter((photo) => photo.kind === kind),
    adds: onAdd !== undefined && (kind === 'before' || kind === 'after') && ticket.status === 'on_site',
  })).filter(({ shown, waiting, adds }) => shown.length > 0 || waiting.length > 0 || adds);
  if (groups.length === 0 && ticket.solution === null && !ticket.report) return null;
  return (
    <>
      <SectionHeader title="处理" />
      {(groups.length > 0 || ticket.solution !== null) && (
        <Card inset>
          {ticket.solution !== null && (
            <>
              <Text className="ticket__label">原因</Text>
              <Text className="ticket__text" userSelect selectable>
                {ticket.problemAnalysis}
              </Text>
              <Text className="ticket__label">{ticket.isRemote ? '处理（远程）' : '处理'}</Text>
              <Text className="ticket__text" userSelect selectable>
                {ticket.solution}
              </Text>
            </>
          )}
          {groups.map(({ kind, shown, waiting, adds }) => (
            <View key={kind} className="ticket__block">
              <Text className="ticket__label">{FILE_KIND_LABELS[kind]}</Text>
              <PhotoGrid
                photos={shown}
                waiting={waiting}
                label={FILE_KIND_LABELS[kind]}
                onAdd={adds ? () => onAdd?.(kind) : undefined}
              />
            </View>
          ))}
        </Card>
      )}
      {ticket.solution !== null && <Costs ticket={ticket} />}
      {ticket.signature && (
        <Card inset>
          <Text className="ticket__label">
            {`${ticket.signature.signerName} 签于 ${formatAbsolute(ticket.signature.signedAt, now)}`}
          </Text>
          <SignatureImage signature={ticket.signature} name={ticket.signature.signerName} />
        </Card>
      )}
      {ticket.customerRating !== null && (
        <Card inset>
          <Text className="ticket__label">客户评价</Text>
          <View className="ticket__stars" {...{ role: 'img', 'aria-label': `${ticket.customerRating}星` }}>
            {[1, 2, 3, 4, 5].map((star) => (
              <Icon
                key={star}
                name="star"
                className={star <= (ticket.customerRating ?? 0) ? 'ticket__star' : 'ticket__star--off'}
              />
            ))}
          </View>
          {ticket.customerFeedback && <Text className="ticket__text">{ticket.customerFeedback}</Text>}
        </Card>
      )}
      {ticket.report && <Report report={ticket.report} no={ticket.no} />}
    </>
  );
}

function Costs({ ticket }: { ticket: TicketDetail }) {
  const { replacedParts, serviceFee, totalCost, paymentStatus } = ticket;
  const line = (name: string, value: string, total = false) => (
    <View key={name} className={cx('ticket__sum', total && 'ticket__sum--total')}>
      <Text className="ticket__sum-name">{name}</Text>
      <Text className="ticket__sum-value">{value}</Text>
    </View>
  );
  return (
    <Card inset>
      <Text className="ticket__label">配件与费用</Text>
      {replacedParts.map(({ id, partName, quantity, unitCost }) => (
        <View key={id} className="ticket__sum">
          <Text className="ticket__sum-name">{`${partName}（${formatYuan(unitCost)} × ${quantity}）`}</Text>
          <Text className="ticket__sum-value">{formatYuan(fromFen(quantity * toFen(unitCost)))}</Text>
        </View>
      ))}
      {line('服务费', formatYuan(serviceFee))}
      {line(
        paymentStatus ? `合计 · ${PAYMENT_STATUS_LABELS[paymentStatus]}` : '合计',
        formatYuan(totalCost),
        true,
      )}
    </Card>
  );
}

function Report({ report, no }: { report: NonNullable<TicketDetail['report']>; no: string }) {
  const document = useOpenFile();
  return (
    <Card>
      <Row
        icon="file-text"
        title="服务报告（PDF）"
        detail={`校验码 ${report.code.slice(0, 16)}…`}
        disabled={document.pending}
        onPress={() => void document.open(report.file, `服务报告 ${no}.pdf`)}
      />
    </Card>
  );
}
