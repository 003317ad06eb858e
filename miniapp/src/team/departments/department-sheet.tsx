import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { type Department, departments } from '#shared/departments/contract.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { users } from '#shared/users/contract.ts';
import type { ApiError } from '../../api/call';
import { useAction } from '../../api/query';
import { UserPicker } from '../../domain/user-picker';
import { Button, confirm, FieldGroup, PickField, SelectField, Sheet, TextField, toast } from '../../ui';
import { departmentOptions, withBelow } from '../department-tree';

type Errors = Readonly<Record<string, string | undefined>>;
const FIELDS = ['name', 'parentId', 'managerId'];

interface DepartmentSheetProps {
  /** Null: another one. */
  department: Department | null;
  all: readonly Department[];
  onClose: () => void;
}

/** Name, place in the tree and who is in charge; deletes what is empty. */
export function DepartmentSheet({ department, all, onClose }: DepartmentSheetProps) {
  const [version, setVersion] = useState(department?.version ?? 0);
  const [name, setName] = useState(department?.name ?? '');
  const [parentId, setParentId] = useState(department?.parentId ?? '');
  const [manager, setManager] = useState(department?.manager ?? null);
  const [picking, setPicking] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [failure, setFailure] = useState<string | null>(null);

  const show = (fields: readonly { field: string; message: string }[]) => {
    setErrors(Object.fromEntries(fields.map(({ field, message }) => [field, message])));
    setFailure(fields.find(({ field }) => !FIELDS.includes(field))?.message ?? null);
  };
  const done = (words: string) => () => {
    toast(words);
    onClose();
  };
  const onError = (error: ApiError) => {
    const current = (error.details as { current?: Department } | null | undefined)?.current;
    if (current) {
      setVersion(current.version);
      setFailure('刚刚有人改过这个部门。你的改动还在，再提交一次会以你的为准');
    } else if (error.fields) show(error.fields);
    else if (error.status !== 401) setFailure(error.message);
  };
  const refresh = [departments.list, users.list, users.get];
  const create = useAction(departments.create, { refresh, onError, onDone: done('已新建') });
  const update = useAction(departments.update, { refresh, onError, onDone: done('已保存') });
  const remove = useAction(departments.remove, { refresh, onError, onDone: done('已删除') });

  const save = () => {
    const wanted = { name, parentId: parentId || null, managerId: manager?.id ?? null };
    const judged = departments.create.body.safeParse(wanted);
    if (!judged.success) return show(fieldErrorsOf(judged.error.issues));
    show([]);
    if (department) void update.run({ params: { id: department.id }, body: { version, ...judged.data } });
    else void create.run({ body: judged.data });
  };
  const askRemove = async () => {
    if (!department) return;
    const sure = await confirm({
      title: `删除“${department.name}”？`,
      message: '只能删除没有员工、没有下级的部门。',
      confirm: '删除',
      danger: true,
    });
    if (sure) void remove.run({ params: { id: department.id }, body: { version } });
  };

  return (
    <>
      <Sheet
        open
        title={department ? '部门' : '新建部门'}
        onClose={onClose}
        footer={
          <View className="department-form__buttons">
            <Button kind="primary" block pending={create.pending || update.pending} onPress={save}>
              保存
            </Button>
            {department && (
              <Button kind="plain" block pending={remove.pending} onPress={() => void askRemove()}>
                删除部门
              </Button>
            )}
          </View>
        }
      >
        <View className="department-form">
          <FieldGroup>
            <TextField
              name="name"
              label="名称"
              required
              value={name}
              error={errors.name}
              maxLength={50}
              focus={department === null}
              onChange={(next) => {
                setName(next);
                setErrors((before) => ({ ...before, name: undefined }));
              }}
            />
            <SelectField
              name="parentId"
              label="上级部门"
              options={departmentOptions(
                all,
                '没有上级',
                department ? withBelow(all, department.id) : new Set(),
              )}
              value={parentId}
              error={errors.parentId}
              onChange={(next) => setParentId(next ?? '')}
            />
            <PickField
              name="managerId"
              label="负责人"
              text={manager?.name ?? null}
              placeholder="选填"
              hint="能看到本部门和下级部门的线索"
              error={errors.managerId}
              onPress={() => setPicking(true)}
            />
          </FieldGroup>
          {failure && (
            <Text className="department-form__error" {...{ role: 'alert' }}>
              {failure}
            </Text>
          )}
        </View>
      </Sheet>
      <UserPicker
        open={picking}
        title="负责人"
        value={manager?.id ?? null}
        none={{
          label: '不设负责人',
          onPick: () => {
            setManager(null);
            setPicking(false);
          },
        }}
        onPick={(user) => {
          setManager({ id: user.id, name: user.name });
          setPicking(false);
        }}
        onClose={() => setPicking(false)}
      />
    </>
  );
}
