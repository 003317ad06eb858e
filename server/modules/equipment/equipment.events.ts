import { defineEvent } from '../../kernel/events.ts';

/** A unit has another name or serial number now: who keeps them to search by takes over the new ones. */
export const equipmentRenamed = defineEvent<{ equipmentId: string }>('equipment.renamed');
