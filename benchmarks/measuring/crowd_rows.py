"""The rows of a crowd, one statement for each table, so that a hundred thousand of them stand in seconds.

Instants hang together but are made simply: a promise is due its target later by the clock, not by the calendar.
"""

MORE_QUEUES = """
    INSERT INTO queue (name, titles, skills, steps, priority, target_seconds, service_level_percent, offer_seconds,
                       wrap_up_seconds, longest_seconds)
    SELECT name || '-' || n, titles, skills, steps, priority, target_seconds, service_level_percent, offer_seconds,
           wrap_up_seconds, longest_seconds
      FROM queue, generate_series(2, %(lines)s) AS n
"""
COLUMNS = "n, queue, channel, weight, language, tier, waited, agent_id, preferred_agent, refused_by"
TABLE = """
    CREATE TEMP TABLE drawn (n bigint, queue text, channel text, weight bigint, language text, tier text,
                             waited float8, agent_id bigint, preferred_agent bigint, refused_by bigint)
"""

_CROWD = """
    CREATE TEMP TABLE crowd AS
    SELECT d.*, q.id AS queue_id, q.priority + p.priority AS priority, p.priority AS case_priority,
           q.target_seconds * 1000000 AS target_us, now() - d.waited * interval '1 s' AS at,
           q.skills || spoken.skill AS skills, widened.steps,
           CASE WHEN d.agent_id IS NULL THEN 'waiting' WHEN d.channel = 'voice' THEN 'wrap_up' ELSE 'assigned' END AS state,
           CASE WHEN d.language = 'zh' THEN 'zh-Hans' ELSE 'en' END AS reads,
           CASE d.channel WHEN 'voice' THEN 'phone' WHEN 'messaging' THEN 'phone' WHEN 'email' THEN 'email'
                ELSE 'visitor' END AS kind,
           CASE d.channel WHEN 'email' THEN 'customer' || d.n || '@example.com' WHEN 'chat' THEN 'visitor-' || d.n
                ELSE '+1415' || lpad(d.n::text, 7, '0') END AS address,
           nextval(pg_get_serial_sequence('customer', 'id')) AS customer_id,
           nextval(pg_get_serial_sequence('cases', 'id')) AS case_id,
           nextval(pg_get_serial_sequence('interaction', 'id')) AS interaction_id,
           nextval(pg_get_serial_sequence('work_item', 'id')) AS item_id,
           CASE WHEN d.agent_id IS NOT NULL THEN nextval(pg_get_serial_sequence('offer', 'id')) END AS offer_id
      FROM drawn d
      JOIN queue q ON q.name = d.queue
      JOIN sla_policy p ON p.tier = d.tier
     CROSS JOIN LATERAL (SELECT jsonb_build_object('lang-' || d.language, 1) AS skill) spoken
     CROSS JOIN LATERAL (SELECT coalesce(jsonb_agg(step || jsonb_build_object('skills',
                                coalesce(step -> 'skills', '{}') || spoken.skill) ORDER BY nth), '[]') AS steps
                           FROM jsonb_array_elements(q.steps) WITH ORDINALITY AS t(step, nth)) widened
     ORDER BY d.n
"""
_CUSTOMERS = """
    INSERT INTO customer (id, name, tier, language, facts, created_at) OVERRIDING SYSTEM VALUE
    SELECT customer_id, 'Customer ' || n, tier, reads, '{}', at FROM crowd
"""
_IDENTITIES = """
    INSERT INTO identity (customer_id, kind, value, proof, created_at)
    SELECT customer_id, kind, address, CASE channel WHEN 'voice' THEN 'call' WHEN 'email' THEN 'mail' ELSE 'chat' END, at
      FROM crowd
"""
_CASES = """
    INSERT INTO cases (id, customer_id, subject, priority, tier, language, channel, queue_id, assignee_id, entry_seq,
                       opened_at, updated_at) OVERRIDING SYSTEM VALUE
    SELECT case_id, customer_id, 'Question ' || n, case_priority, tier, reads, channel, queue_id, agent_id, 1, at, at
      FROM crowd
"""
_INTERACTIONS = """
    INSERT INTO interaction (id, case_id, customer_id, channel, state, queue_id, agent_id, language, address, started_at,
                             queued_at, connected_at, ended_at) OVERRIDING SYSTEM VALUE
    SELECT interaction_id, case_id, customer_id, channel,
           CASE state WHEN 'waiting' THEN 'queued' WHEN 'assigned' THEN 'connected' ELSE state END, queue_id, agent_id,
           reads, address, at, at, CASE WHEN state <> 'waiting' THEN at + interval '10 s' END,
           CASE WHEN state = 'wrap_up' THEN now() END
      FROM crowd
"""
_ENTRIES = """
    INSERT INTO timeline_entry (case_id, seq, at, kind, channel, interaction_id, body)
    SELECT case_id, 1, at, CASE channel WHEN 'voice' THEN 'call' ELSE 'message_in' END, channel, interaction_id,
           jsonb_build_object('text', 'Where is my order? It should have been here yesterday.')
      FROM crowd
"""
_ITEMS = """
    INSERT INTO work_item (id, interaction_id, case_id, queue_id, channel, state, current_offer, weight, priority,
                           target_us, order_key, skills, steps, preferred_agent, enqueued_at, wrap_up_until)
           OVERRIDING SYSTEM VALUE
    SELECT item_id, interaction_id, case_id, queue_id, channel, state, offer_id, weight, priority, target_us,
           (extract(epoch FROM at) * 1000000)::bigint + target_us - priority * 60000000, skills, steps, preferred_agent,
           at, CASE WHEN state = 'wrap_up' THEN now() + interval '20 min' END
      FROM crowd
"""
_OFFERS = """
    INSERT INTO offer (id, item_id, agent_id, state, made_at, expires_at, decided_at, epoch, decision)
           OVERRIDING SYSTEM VALUE
    SELECT offer_id, item_id, agent_id, 'accepted', at + interval '5 s', at + interval '25 s', at + interval '10 s', 0, '{}'
      FROM crowd WHERE offer_id IS NOT NULL
"""
_REFUSALS = """
    INSERT INTO offer (item_id, agent_id, state, made_at, expires_at, decided_at, reason, epoch, decision)
    SELECT item_id, refused_by, 'expired', at + interval '5 s', at + interval '25 s', at + interval '25 s', 'no_answer', 0, '{}'
      FROM crowd WHERE refused_by IS NOT NULL
"""
_LOADS = """
    UPDATE agent SET load = held.load
      FROM (SELECT agent_id, sum(weight) AS load FROM crowd WHERE offer_id IS NOT NULL GROUP BY agent_id) held
     WHERE held.agent_id = agent.id
"""
_COUNTS = """
    UPDATE agent_channel c SET live = held.n
      FROM (SELECT agent_id, channel, count(*) AS n FROM crowd WHERE offer_id IS NOT NULL GROUP BY 1, 2) held
     WHERE held.agent_id = c.agent_id AND held.channel = c.channel
"""
_PROMISES = """
    CREATE TEMP TABLE promise AS
    SELECT nextval(pg_get_serial_sequence('sla_clock', 'id')) AS id, case_id, promised.kind, at, p.calendar, p.edition_id,
           (p.targets ->> promised.kind)::bigint AS seconds
      FROM crowd JOIN sla_policy p USING (tier), unnest(ARRAY['first_response', 'resolution']) AS promised(kind)
"""
_CLOCKS = """
    INSERT INTO sla_clock (id, case_id, kind, calendar, edition_id, target_seconds, warn_after, started_at, due_at, warn_at)
           OVERRIDING SYSTEM VALUE
    SELECT id, case_id, kind, calendar, edition_id, seconds, jsonb_build_array(seconds * 3 / 4), at, at + seconds * interval '1 s',
           at + seconds * 3 / 4 * interval '1 s'
      FROM promise
"""
_SEGMENTS = """
    INSERT INTO sla_segment (clock_id, from_at, running, reason) SELECT id, at, true, 'started' FROM promise
"""
_ALARMS = """
    INSERT INTO timer (subject, kind, fire_at)
    SELECT 'sla_clock:' || id, 'warn_promise', at + seconds * 3 / 4 * interval '1 s' FROM promise
    UNION ALL SELECT 'sla_clock:' || id, 'break_promise', at + seconds * interval '1 s' FROM promise
    UNION ALL SELECT 'work_item:' || item_id, 'end_wrap_up', now() + interval '20 min' FROM crowd WHERE state = 'wrap_up'
"""
_EVENTS = """
    INSERT INTO event (room, room_seq, kind, item_id, ref, at)
    SELECT room, row_number() OVER (PARTITION BY room ORDER BY at, item_id, nth), kind, item_id, ref, at FROM (
        SELECT 'case:' || case_id AS room, 1 AS nth, 'case_opened' AS kind, NULL::bigint AS item_id, case_id AS ref, at FROM crowd
        UNION ALL SELECT 'queue:' || queue_id, 1, 'case_opened', NULL, case_id, at FROM crowd
        UNION ALL SELECT 'case:' || case_id, 2, 'work_enqueued', item_id, case_id, at FROM crowd
        UNION ALL SELECT 'queue:' || queue_id, 2, 'work_enqueued', item_id, case_id, at FROM crowd
        UNION ALL SELECT 'agent:' || id, 1, 'presence_changed', NULL, NULL, idle_since FROM agent WHERE ready) AS told
"""
_ROOMS = """
    INSERT INTO room (name, kind, seq) SELECT room, split_part(room, ':', 1), count(*) FROM event GROUP BY room
    ON CONFLICT DO NOTHING
"""

FILL = (
    _CROWD, _CUSTOMERS, _IDENTITIES, _CASES, _INTERACTIONS, _ENTRIES, _ITEMS, _OFFERS, _REFUSALS, _LOADS, _COUNTS,
    _PROMISES, _CLOCKS, _SEGMENTS, _ALARMS, _EVENTS, _ROOMS,
)  # fmt: skip
SETTLE = ("DROP TABLE drawn, crowd, promise", "VACUUM (ANALYZE)", "CHECKPOINT")
