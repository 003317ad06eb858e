import { departments } from '#shared/departments/contract.ts';
import { roles } from '#shared/roles/contract.ts';
import { useDetail } from '../../api/query';
import { ChipsMany, Field, FieldGroup, SelectField, TextField } from '../../ui';
import { departmentOptions } from '../department-tree';
import type { UserForm } from './user-form';

interface UserFieldsProps {
  value: UserForm;
  errors: Readonly<Record<string, string | undefined>>;
  onChange: (changes: Partial<UserForm>) => void;
  /** The username is chosen once. */
  isNew: boolean;
}

/** Who it is, where they work, what they may do. */
export function UserFields({ value, errors, onChange, isNew }: UserFieldsProps) {
  return (
    <>
      <FieldGroup>
        <TextField
          name="name"
          label="姓名"
          required
          value={value.name}
          error={errors.name}
          maxLength={50}
          onChange={(name) => onChange({ name })}
        />
        {isNew && (
          <TextField
            name="username"
            label="用户名"
            required
            value={value.username}
            error={errors.username}
            placeholder="登录用，字母开头"
            maxLength={50}
            onChange={(username) => onChange({ username })}
          />
        )}
        <TextField
          name="mobile"
          label="手机号"
          kind="tel"
          value={value.mobile}
          error={errors.mobile}
          placeholder="选填，也能用来登录"
          maxLength={40}
          onChange={(mobile) => onChange({ mobile })}
        />
        <TextField
          name="email"
          label="邮箱"
          kind="email"
          value={value.email}
          error={errors.email}
          placeholder="选填，接收提醒邮件"
          maxLength={100}
          onChange={(email) => onChange({ email })}
        />
      </FieldGroup>
      <PlaceFields
        value={value}
        errors={errors}
        hint={value.roleIds.length === 0 ? '没有角色的人登录后什么也看不到' : '保存后立即生效'}
        onChange={onChange}
      />
    </>
  );
}

interface PlaceFieldsProps {
  value: Pick<UserForm, 'departmentId' | 'roleIds'>;
  errors: Readonly<Record<string, string | undefined>>;
  /** Under the roles. */
  hint: string;
  onChange: (changes: Partial<Pick<UserForm, 'departmentId' | 'roleIds'>>) => void;
}

/** Where somebody works, and what they may do. */
export function PlaceFields({ value, errors, hint, onChange }: PlaceFieldsProps) {
  const tree = useDetail(departments.list, {});
  const all = useDetail(roles.list, {});
  const options = departmentOptions(tree.data?.list ?? [], '不属于部门');
  return (
    <FieldGroup>
      <SelectField
        name="departmentId"
        label="部门"
        options={options}
        value={value.departmentId}
        error={errors.departmentId ?? (tree.data ? undefined : tree.error?.message)}
        onChange={(departmentId) => onChange({ departmentId: departmentId ?? '' })}
      />
      <Field
        name="roleIds"
        label="角色"
        error={errors.roleIds ?? (all.data ? undefined : all.error?.message)}
        hint={hint}
        stacked
      >
        <ChipsMany
          options={(all.data?.list ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={value.roleIds}
          onChange={(roleIds) => onChange({ roleIds })}
        />
      </Field>
    </FieldGroup>
  );
}
