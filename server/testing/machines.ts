import { customers } from '#shared/customers/contract.ts';
import { type CustomerStage, customerMachine, customerStageMachine } from '#shared/customers/machine.ts';
import { equipment } from '#shared/equipment/contract.ts';
import { equipmentMachine } from '#shared/equipment/machine.ts';
import type { EndpointDefinition } from '#shared/http/endpoint.ts';
import { urlOf } from '#shared/http/endpoint.ts';
import { leads } from '#shared/leads/contract.ts';
import { leadMachine } from '#shared/leads/machine.ts';
import type { Machine } from '#shared/machine.ts';
import { products } from '#shared/products/contract.ts';
import { productMachine } from '#shared/products/machine.ts';
import { serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import {
  type ServiceTicketAction,
  type ServiceTicketStatus,
  serviceTicketMachine,
  TICKET_STEPS,
} from '#shared/service-tickets/machine.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { taskMachine } from '#shared/tasks/machine.ts';
import { type Company, newCustomer, register } from './company.ts';
import type { Reply, TestApp, TestUser } from './createTestApp.ts';
import { newEquipment, newProduct } from './equipment.ts';
import { newTicket, send, step } from './tickets.ts';

/** A record as whoever acts on it has seen it. */
export interface Seen {
  readonly id: string;
  readonly version: number;
}

export type Act<R extends Seen = Seen> = (record: R) => Promise<Reply<unknown>>;

/** A machine with a way to bring a record into each state, and the calls that perform its actions. */
export interface Driven<S extends string, A extends string, R extends Seen = Seen> {
  readonly machine: Machine<S, A>;
  readonly table: 'leads' | 'customers' | 'tasks' | 'products' | 'equipment' | 'serviceTickets';
  /** Where the state is kept. */
  readonly column: 'status' | 'stage';
  /** A new record in this state. */
  put(status: S): Promise<R>;
  readonly drive: Readonly<Record<A, Act<R>>>;
  /** What else changes such a record: it is edited, and removed where that can be done. */
  readonly besides: Readonly<Record<string, Act<R>>>;
}

/** Who acts on what; asked for when somebody acts, since tables of tests are drawn up before. */
interface World {
  readonly t: TestApp;
  readonly people: Company;
}

/** A call with the version that was seen. */
const asSeen =
  (world: () => World, name: keyof Omit<Company, 'departments'>) =>
  (endpoint: EndpointDefinition, more: object = {}): Act =>
  ({ id, version }) => {
    const { t, people } = world();
    const url = urlOf(endpoint, { params: { id } } as never);
    return t.send(endpoint.method, url, { as: people[name], body: { version, ...more } });
  };

/** Every machine of which a record moves by what people see of it. */
export function drivenMachines(world: () => World) {
  const byRep = asSeen(world, 'rep');
  const byAdmin = asSeen(world, 'admin');
  /** Makes a record and puts it into a state, as if it had come there. */
  async function put(
    table: Driven<string, string>['table'],
    values: object,
    make: (world: World) => Promise<Seen>,
  ): Promise<Seen> {
    const { id, version } = await make(world());
    await world()
      .t.db.updateTable(table)
      .set(values as never)
      .where('id', '=', id)
      .execute();
    return { id, version };
  }

  const change = (action: keyof typeof leadMachine.actions, more = {}) =>
    byRep(leads.changeStatus, { action, ...more });
  const lead = {
    machine: leadMachine,
    table: 'leads',
    column: 'status',
    put: (status) => put('leads', { status }, ({ t, people }) => register(t, people.rep)),
    drive: {
      contact: change('contact'),
      qualify: change('qualify'),
      close: change('close', { outcome: 'lost', reason: '价格' }),
      reopen: change('reopen', { reason: '又联系上了' }),
      convert: byRep(leads.convert, { dealDate: '2026-03-10', dealAmount: 1 }),
    },
    besides: { edit: byRep(leads.update, { city: '深圳' }), remove: byRep(leads.remove) },
  } satisfies Driven<keyof typeof leadMachine.states, keyof typeof leadMachine.actions>;

  const task = {
    machine: taskMachine,
    table: 'tasks',
    column: 'status',
    put: (status) =>
      put('tasks', { status }, async ({ t, people }) => {
        const body = { title: '给金沙酒店寄样品', dueAt: '2026-12-01T02:00:00.000Z' };
        return (await t.call(tasks.create, { body }, { as: people.rep })).data;
      }),
    drive: {
      complete: byRep(tasks.complete),
      cancel: byRep(tasks.cancel, { reason: '不用了' }),
      reopen: byRep(tasks.reopen),
    },
    besides: { edit: byRep(tasks.update, { title: '改寄两套' }), remove: byRep(tasks.remove) },
  } satisfies Driven<keyof typeof taskMachine.states, keyof typeof taskMachine.actions>;

  const editOfCustomer = {
    edit: byRep(customers.update, { city: '深圳' }),
    remove: byRep(customers.remove),
  };
  const customer = {
    machine: customerMachine,
    table: 'customers',
    column: 'status',
    put: (status) => put('customers', { status }, ({ t, people }) => newCustomer(t, people.rep)),
    drive: {
      deactivate: byRep(customers.changeStatus, { status: 'inactive', reason: '停业' }),
      activate: byRep(customers.changeStatus, { status: 'active' }),
    },
    besides: editOfCustomer,
  } satisfies Driven<keyof typeof customerMachine.states, keyof typeof customerMachine.actions>;

  const stage = {
    machine: customerStageMachine,
    table: 'customers',
    column: 'stage',
    put: async (stage) => ({
      ...(await put('customers', { stage }, ({ t, people }) => newCustomer(t, people.rep))),
      stage,
    }),
    drive: {
      moveStage: ({ stage, ...seen }) => {
        const targetStage: CustomerStage = stage === 'client' ? 'prospect' : 'client';
        return byRep(customers.moveStage, { targetStage, stageDesc: '签了合同' })(seen);
      },
    },
    besides: { deactivate: customer.drive.deactivate, ...editOfCustomer },
  } satisfies Driven<
    CustomerStage,
    keyof typeof customerStageMachine.actions,
    Seen & { readonly stage: CustomerStage }
  >;

  const product = {
    machine: productMachine,
    table: 'products',
    column: 'status',
    put: (status) => put('products', { status }, ({ t, people }) => newProduct(t, people.admin)),
    drive: {
      activate: byAdmin(products.changeStatus, { status: 'active' }),
      deactivate: byAdmin(products.changeStatus, { status: 'inactive' }),
    },
    besides: { edit: byAdmin(products.update, { salePrice: 1380 }) },
  } satisfies Driven<keyof typeof productMachine.states, keyof typeof productMachine.actions>;

  const unit = {
    machine: equipmentMachine,
    table: 'equipment',
    column: 'status',
    put: (status) =>
      put('equipment', { status }, async ({ t, people }) => {
        const { id } = await newCustomer(t, people.rep);
        return newEquipment(t, people.rep, id);
      }),
    drive: {
      retire: byRep(equipment.changeStatus, { status: 'retired', reason: '换新' }),
      reuse: byRep(equipment.changeStatus, { status: 'in_use' }),
    },
    besides: { edit: byRep(equipment.update, { location: '3楼弱电间' }) },
  } satisfies Driven<keyof typeof equipmentMachine.states, keyof typeof equipmentMachine.actions>;

  return {
    leads: lead,
    customers: customer,
    'customer stages': stage,
    tasks: task,
    products: product,
    equipment: unit,
  };
}

/** A ticket as the desk and its engineer have seen it, and the assignment of whoever was sent there before. */
export type SeenTicket = TicketDetail & { readonly formerly: string };

/** The machine of service tickets: the desk acts on what it sees, an engineer under an assignment. */
export function drivenTickets(world: () => World & { readonly former: TestUser }) {
  const byDesk = asSeen(world, 'manager');
  const assign: Act = (seen) => byDesk(serviceTickets.assign, { assignedTo: world().former.id })(seen);
  const bySteps = Object.fromEntries(
    TICKET_STEPS.map((name): [string, Act<SeenTicket>] => [
      name,
      (ticket) => {
        const { t, people } = world();
        return step(t, people.engineer, ticket, name, name === 'resolve' ? { isRemote: true } : {});
      },
    ]),
  ) as Record<(typeof TICKET_STEPS)[number], Act<SeenTicket>>;
  let customer: Promise<{ id: string }> | null = null;
  return {
    machine: serviceTicketMachine,
    table: 'serviceTickets',
    column: 'status',
    async put(status) {
      const { t, people, former } = world();
      customer ??= newCustomer(t, people.manager);
      const created = await newTicket(t, people.manager, { customerId: (await customer).id });
      const sent = await send(t, people.manager, created, former);
      const ticket = await send(t, people.manager, sent, people.engineer);
      await t.db.updateTable('serviceTickets').set({ status }).where('id', '=', ticket.id).execute();
      return { ...ticket, formerly: sent.assignment?.id ?? '' };
    },
    drive: {
      assign,
      transfer: assign,
      ...bySteps,
      reclaim: ({ id, formerly }) => {
        const { t, former } = world();
        const body = { assignment: formerly, reason: '已经到了' };
        return t.call(serviceTickets.reclaim, { params: { id }, body }, { as: former });
      },
      confirm: byDesk(serviceTickets.confirm, { note: '电话确认' }),
      refuse: byDesk(serviceTickets.refuse, { reason: '还是不亮' }),
      close: byDesk(serviceTickets.close),
      reopen: byDesk(serviceTickets.reopen, { reason: '又坏了' }),
      cancel: byDesk(serviceTickets.cancel, { reason: '客户撤单' }),
    },
    besides: {
      edit: byDesk(serviceTickets.update, { ticketTitle: '门锁不开' }),
      remove: asSeen(world, 'admin')(serviceTickets.remove),
    },
  } satisfies Driven<ServiceTicketStatus, ServiceTicketAction, SeenTicket>;
}
