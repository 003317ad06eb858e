import { useRef, useState } from 'react';
import { hasContact, type LeadDetail, leads } from '#shared/leads/contract.ts';
import { workbench } from '#shared/workbench/contract.ts';
import type { ApiError } from '../../api/call';
import { showDetail, useAction, useDetail } from '../../api/query';
import { EditLoader, EditPage, type FieldsOf } from '../../domain/edit-page';
import { RECORD_PAGES } from '../../domain/follow-ups';
import { useNow } from '../../domain/use-now';
import { DuplicateNotice } from './duplicate-notice';
import { answeredBy, isMore, type LeadFormValue, leadForm, MORE_FIELDS, toForm } from './form-value';
import { LeadFields } from './lead-fields';
import { useDuplicates } from './use-duplicates';

const TITLE = '编辑线索';

interface EditFieldsProps extends FieldsOf<LeadFormValue> {
  id: string;
  base: LeadFormValue;
}

/** The fields, with who has the new name or number already. */
function EditFields({ id, base, value, errors, wrong, onChange }: EditFieldsProps) {
  const now = useNow();
  const [more, setMore] = useState(() =>
    MORE_FIELDS.some((name) => name !== 'leadTime' && Boolean(value[name])),
  );
  if (!more && wrong.some(isMore)) setMore(true);
  const changed = (name: 'customerName' | 'phone' | 'wechat') =>
    value[name] === base[name] ? '' : value[name];
  const known = useDuplicates(
    { customerName: changed('customerName'), phone: changed('phone'), wechat: changed('wechat') },
    id,
  );
  return (
    <LeadFields
      value={value}
      errors={errors}
      now={now}
      onChange={onChange}
      notice={<DuplicateNotice list={known} now={now} into={id} />}
      more={more}
      onMore={() => setMore(true)}
    />
  );
}

const check = ({ phone, wechat, otherHandle }: LeadFormValue) =>
  hasContact({ phone: phone.trim(), wechat: wechat.trim(), otherHandle: otherHandle.trim() })
    ? []
    : [{ field: 'phone', message: '电话、微信、其他联系方式至少填一项' }];

function explain({ code, message, offline }: ApiError) {
  if (code === 'LEAD_CONTACT_REQUIRED') return [{ field: 'phone', message }];
  return offline ? `${message}，改动已保存在手机` : undefined;
}

export function EditLead({ id }: { id: string }) {
  const detail = useDetail(leads.get, { params: { id } });
  const refusal = useRef<ApiError | null>(null);
  const update = useAction(leads.update, {
    onError(error) {
      refusal.current = error;
    },
  });
  return (
    <EditLoader title={TITLE} detail={detail}>
      {(lead: LeadDetail) => (
        <EditPage
          title={TITLE}
          what="这条线索"
          name={`edit-lead:${id}`}
          record={lead}
          recordId={id}
          form={leadForm}
          fill={toForm}
          check={check}
          explain={explain}
          answers={answeredBy}
          offline={detail.error?.offline}
          endpoint={leads.update}
          write={async (input) => {
            const data = await update.run(input);
            if (!data) throw refusal.current;
            return { state: 'sent', data };
          }}
          refresh={[leads.list, leads.get, leads.timeline, workbench.get]}
          onSaved={(data) => showDetail(leads.get, { params: { id } }, data)}
          home={`${RECORD_PAGES.leads}?id=${id}`}
        >
          {(fields, base) => <EditFields {...fields} id={id} base={base} />}
        </EditPage>
      )}
    </EditLoader>
  );
}
