import { View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useEffect, useRef, useState } from 'react';
import type { Grants } from '#shared/access/permissions.ts';
import { auth } from '#shared/auth/contract.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { type PermissionEntry, type Role, roles } from '#shared/roles/contract.ts';
import type { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { goBack } from '../../api/navigation';
import { useAction, useDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { NoPermission } from '../../domain/no-permission';
import {
  Banner,
  Button,
  confirm,
  DetailSkeleton,
  EmptyState,
  ErrorState,
  FieldGroup,
  Page,
  TextField,
  toast,
} from '../../ui';
import { PermissionMatrix } from './permission-matrix';
import {
  BLANK_ROLE,
  changedPermissions,
  type RoleEdit,
  type RoleForm,
  rebase,
  toForm,
  wordsChanged,
} from './role-form';
import './index.scss';

/** `?id=` edits a role; without, a new one. */
export default function RolePage() {
  const { id } = useRouter().params;
  const user = useSession()?.user;
  const allowed = may(user, 'roles.manage');
  const list = useDetail(roles.list, {}, { enabled: allowed });
  const catalogue = useDetail(roles.permissions, {}, { enabled: allowed });
  const title = id ? '角色' : '新建角色';
  if (user && !allowed) return <NoPermission title={title} />;
  const error = list.error ?? catalogue.error;
  if (list.data && catalogue.data) {
    const role = list.data.list.find((each) => each.id === id);
    if (id && !role) {
      return (
        <Page title={title}>
          <EmptyState icon="inbox" title="这个角色已经被删除" />
        </Page>
      );
    }
    return <RoleEditor role={role ?? null} catalogue={catalogue.data.list} offline={error?.offline} />;
  }
  const retry = () => void Promise.all([list.refresh(), catalogue.refresh()]);
  return (
    <Page title={title}>
      {error ? (
        <ErrorState error={error} onRetry={retry} pending={list.refreshing || catalogue.refreshing} />
      ) : (
        <View className="role">
          <DetailSkeleton />
        </View>
      )}
    </Page>
  );
}

const leave = () => goBack('/team/roles/index');

/** The permissions that the server told of are the ones it takes back. */
const grantsOf = ({ granted }: RoleForm) => granted as Grants;
const REFRESH = [roles.list, auth.profile];

type Errors = Readonly<Partial<Record<string, string>>>;

interface RoleEditorProps {
  role: Role | null;
  catalogue: readonly PermissionEntry[];
  offline: boolean | undefined;
}

function RoleEditor({ role, catalogue, offline }: RoleEditorProps) {
  // The role that the form began with: a refresh in the background must not change what is being edited.
  const [initial] = useState<RoleEdit>(() =>
    role ? { base: toForm(role), version: role.version, form: toForm(role) } : BLANK_ROLE,
  );
  const draft = useDraft<RoleEdit>(role ? `role:${role.id}` : 'role', initial);
  const { base, form } = draft.value;
  const [errors, setErrors] = useState<Errors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [conflict, setConflict] = useState(false);
  const left = useRef(false);

  // What the device kept shows first: the role as it is now comes in under the changes that were made meanwhile.
  const { setValue } = draft;
  const newer = role !== null && role.version > draft.value.version;
  useEffect(() => {
    if (role && newer && !left.current) setValue((mine) => rebase(mine, role));
  });

  const onError = (error: ApiError) => {
    const current = (error.details as { current?: Role } | null | undefined)?.current;
    if (error.code === 'STALE' && current) {
      draft.setValue((mine) => rebase(mine, current));
      setConflict(true);
    } else if (error.fields) show(error.fields);
    else if (error.status !== 401) setFailure(error.message);
  };
  const create = useAction(roles.create, { refresh: REFRESH, onError });
  const update = useAction(roles.update, { refresh: REFRESH, onError });
  const grant = useAction(roles.grant, { refresh: REFRESH, onError });
  const remove = useAction(roles.remove, { refresh: REFRESH, onError });

  function show(fields: readonly { field: string; message: string }[]): void {
    const words = fields.filter(({ field }) => field === 'name' || field === 'description');
    setErrors(Object.fromEntries(words.map(({ field, message }) => [field, message])));
    const strange = fields.find((each) => !words.includes(each));
    setFailure(strange ? `${strange.field}：${strange.message}` : null);
  }

  const edit = (next: RoleForm) => {
    setErrors({});
    setFailure(null);
    draft.setValue((before) => ({ ...before, form: next }));
  };

  const done = () => {
    left.current = true;
    draft.clear();
    toast('已保存');
    leave();
  };

  async function save(): Promise<void> {
    const { name, description } = form;
    const judged = roles.create.body.pick({ name: true, description: true }).safeParse({ name, description });
    if (!judged.success) return show(fieldErrorsOf(judged.error.issues));
    setConflict(false);
    if (!role) {
      const made = await create.run({ body: { name, description, grants: grantsOf(form) } });
      if (made) done();
      return;
    }
    const params = { id: role.id };
    let { version } = draft.value;
    if (wordsChanged(base, form)) {
      const saved = await update.run({ params, body: { version, name, description } });
      if (!saved) return;
      // So that another try after a refusal of the permissions does not send the words again.
      version = saved.version;
      draft.setValue((before) => rebase(before, saved));
    }
    if (changedPermissions(base, form).length > 0) {
      const saved = await grant.run({ params, body: { version, grants: grantsOf(form) } });
      if (!saved) return;
    }
    done();
  }

  async function drop({ id, name }: Role): Promise<void> {
    const sure = await confirm({
      title: `删除角色“${name}”？`,
      message: '删除后不能恢复。还有人是这个角色时不能删除。',
      confirm: '删除',
      danger: true,
    });
    if (!sure || !(await remove.run({ params: { id } }))) return;
    left.current = true;
    draft.clear();
    toast('已删除');
    leave();
  }

  const changes = changedPermissions(base, form).length;
  const changed = changes > 0 || wordsChanged(base, form);
  const pending = create.pending || update.pending || grant.pending;
  return (
    <Page
      title={role ? role.name : '新建角色'}
      wide
      banner={
        failure ? (
          <Banner tone="danger">{failure}</Banner>
        ) : conflict ? (
          <Banner>这个角色刚被别人改过，已换成最新的；你的改动还在，请核对后再保存</Banner>
        ) : (
          <ConnectionBanner offline={offline} />
        )
      }
      footer={
        <View className="role__save">
          <Button kind="primary" block pending={pending} disabled={!changed} onPress={() => void save()}>
            {role && changes > 0 ? `保存（${changes}项权限有改动）` : '保存'}
          </Button>
        </View>
      }
    >
      <View className="role">
        {draft.restored !== null && changed && (
          <View className="role__restored">
            <Banner
              tone="accent"
              icon="history"
              action="放弃改动"
              onAction={() => {
                draft.discard();
                setErrors({});
                setFailure(null);
              }}
            >
              已恢复上次没保存的改动
            </Banner>
          </View>
        )}
        <FieldGroup>
          <TextField
            name="name"
            label="名称"
            required
            maxLength={30}
            value={form.name}
            error={errors.name}
            onChange={(name) => edit({ ...form, name })}
          />
          <TextField
            name="description"
            label="说明"
            maxLength={100}
            placeholder="这个角色做什么"
            value={form.description}
            error={errors.description}
            onChange={(description) => edit({ ...form, description })}
          />
        </FieldGroup>
        <PermissionMatrix catalogue={catalogue} base={base} form={form} onChange={edit} />
        {role && !role.builtIn && (
          <View className="role__remove">
            <Button block kind="plain" pending={remove.pending} onPress={() => void drop(role)}>
              删除角色
            </Button>
          </View>
        )}
      </View>
    </Page>
  );
}
